/** Runs the contract for channels in a page, against the browser's own WebRTC. */
import { simplePeerConnector } from '../../../../client-sdk/src/transport/simple-peer-channel.js'
import { describeChannels } from '../../../contract/channel-contract.js'
import { CountingClock } from '../../transport/counting-clock.js'
import { untilReal } from '../../transport/until.js'

type Step = () => unknown

export interface ContractResult {
  readonly title: string
  readonly error?: string
}

const tests: { readonly title: string; readonly run: Step }[] = []
const beforeEachTest: Step[] = []
const afterEachTest: Step[] = []

/** As much of mocha as the contract uses. */
Object.assign(window, {
  describe: (_title: string, define: Step) => define(),
  it: (title: string, run: Step) => tests.push({ title, run }),
  beforeEach: (step: Step) => beforeEachTest.push(step),
  afterEach: (step: Step) => afterEachTest.push(step),
})

const connections = new Set<RTCPeerConnection>()
const CountedConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    connections.add(this)
  }
}

describeChannels('the bundled simple-peer', () => {
  const clock = new CountingClock()
  connections.clear()
  const leftOver = () =>
    [...connections].filter(({ signalingState }) => signalingState !== 'closed').length + clock.pending
  const connector = simplePeerConnector({
    iceServers: [],
    relayOnly: false,
    wrtc: { RTCPeerConnection: CountedConnection, RTCSessionDescription, RTCIceCandidate },
    clock,
  })
  return Promise.resolve({
    connectors: [connector, connector] as const,
    until: untilReal,
    passConnectTimeout: () => Promise.resolve(clock.fireAll()),
    leftOver,
    dispose: () => untilReal(() => leftOver() === 0),
  })
})

async function runContract(): Promise<ContractResult[]> {
  const results: ContractResult[] = []
  for (const { title, run } of tests) {
    try {
      for (const step of [...beforeEachTest, run, ...afterEachTest]) await step()
      results.push({ title })
    } catch (error) {
      results.push({ title, error: String(error) })
    }
  }
  return results
}

Object.assign(window, { runContract })

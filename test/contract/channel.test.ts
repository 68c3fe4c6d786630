import { simplePeerConnector } from '../../client-sdk/src/transport/simple-peer-channel.js'
import { VirtualClock } from '../support/swarm/virtual-clock.js'
import { CountingClock } from '../support/transport/counting-clock.js'
import { FakeNetwork } from '../support/transport/fake-channel.js'
import { NodeWebRtc } from '../support/transport/node-webrtc.js'
import { passTime } from '../support/transport/pass-time.js'
import { untilReal, untilVirtual } from '../support/transport/until.js'
import { describeChannels } from './channel-contract.js'

describeChannels('the fake network', () => {
  const clock = new VirtualClock()
  const network = new FakeNetwork(clock, { delayMs: 5, bytesPerSecond: 10_000_000, connectTimeoutMs: 15_000 })
  return Promise.resolve({
    connectors: [network, network] as const,
    until: (isSo) => untilVirtual(clock, isSo),
    passConnectTimeout: () => passTime(clock, 16_000),
    leftOver: () => network.alive.size + clock.pending,
    dispose: () => Promise.resolve(),
  })
})

describeChannels('simple-peer', () => {
  const wrtc = new NodeWebRtc()
  const clock = new CountingClock()
  const connector = simplePeerConnector({ iceServers: [], relayOnly: false, wrtc, clock })
  return Promise.resolve({
    connectors: [connector, connector] as const,
    until: untilReal,
    passConnectTimeout: () => Promise.resolve(clock.fireAll()),
    leftOver: () => wrtc.open + clock.pending,
    dispose: () => untilReal(() => wrtc.open + clock.pending === 0),
  })
})

import assert from 'node:assert/strict'
import type { Channel } from '../../../client-sdk/src/ports/channel.js'
import { framesPerSecondMax } from '../../../client-sdk/src/transport/frame-rate.js'
import { linkCodes } from '../../../client-sdk/src/transport/link-code.js'
import { handshakeTimeoutMs } from '../../../client-sdk/src/transport/wire-link.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { channelPair, FakeNetwork } from '../../support/transport/fake-channel.js'
import { openBoth, openSide, type OpenedSide } from '../../support/transport/link-pair.js'
import { memberId, swarmId } from '../../support/transport/member-ids.js'
import { passTime } from '../../support/transport/pass-time.js'
import { RecordingLinkListener } from '../../support/transport/recording-link-listener.js'

describe('openWireLink', () => {
  let clock: VirtualClock
  let network: FakeNetwork
  let channels: [Channel, Channel]
  beforeEach(async () => {
    clock = new VirtualClock()
    network = new FakeNetwork(clock)
    channels = await channelPair(network, () => passTime(clock, 100))
  })

  /** The code with which a side ended, and that nothing is left of it. */
  async function codeOf(side: OpenedSide): Promise<string> {
    await passTime(clock, 100)
    const code = await side.ended
    assert.equal(network.alive.size, 0)
    assert.equal(clock.pending, 0)
    return code
  }

  function codeFor(change: Parameters<typeof openBoth>[2]): Promise<string> {
    return codeOf(openBoth(channels, clock, change)[0])
  }

  /** A neighbour that sends raw bytes, as the member that the link expects. */
  async function linkWith(...bytes: readonly Uint8Array[]): Promise<OpenedSide> {
    const side = openSide(channels[0], { self: memberId(1), member: memberId(2), swarm: swarmId(1) }, clock)
    for (const part of bytes) channels[1].send(part)
    await passTime(clock, 100)
    return side
  }

  it('opens within one round trip', async () => {
    const startedAt = clock.now()
    const sides = openBoth(channels, clock)
    let opened = 0
    for (const side of sides) void side.link.then(() => (opened += 1))
    while (opened < 2) await passTime(clock, 1)
    assert.ok(clock.now() - startedAt <= 2 * network.settings.delayMs + 2)
    assert.equal(clock.pending, 0)
  })

  it('ends with swarm-mismatch when the neighbour is in another swarm', async () => {
    assert.equal(await codeFor({ second: { swarm: swarmId(2) } }), 'swarm-mismatch')
  })

  it('ends with member-mismatch when another member answers than was introduced', async () => {
    assert.equal(await codeFor({ second: { self: memberId(3) } }), 'member-mismatch')
  })

  it('ends with handshake-late when the neighbour says nothing', async () => {
    const side = openSide(channels[0], { self: memberId(1), member: memberId(2), swarm: swarmId(1) }, clock)
    await passTime(clock, handshakeTimeoutMs)
    assert.equal(await codeOf(side), 'handshake-late')
  })

  it('ends with channel-closed when the connection breaks', async () => {
    const side = await linkWith()
    channels[1].close()
    assert.equal(await codeOf(side), 'channel-closed')
  })

  it('ends with the code of whoever gives up', async () => {
    const side = await linkWith()
    side.close('test')
    side.close('other')
    assert.equal(await codeOf(side), 'test')
  })

  const hello = handshakeOf(memberId(2), true)
  const unchoke = Uint8Array.of(0, 0, 0, 1, 1)
  const extended = frameOf(20, 0, ...Buffer.from('d1:md5:prismi1eee'))
  const raw: readonly (readonly [string, string, readonly Uint8Array[]])[] = [
    ['garbage', 'handshake-malformed', [new Uint8Array(100).fill(0x47)]],
    ['a handshake without the fast extension', 'extension-missing', [handshakeOf(memberId(2), false)]],
    ['an extended handshake without prism', 'extended-malformed', [hello, frameOf(20, 0, 100, 101)]],
    ['an extended handshake before the unchoke', 'choked', [hello, extended]],
    ['an empty prism message', 'message-empty', [hello, unchoke, extended, frameOf(20, 1)]],
    ['an unknown prism message', 'message-unknown-kind', [hello, unchoke, extended, frameOf(20, 1, 99)]],
    ['a truncated prism message', 'message-truncated', [hello, unchoke, extended, frameOf(20, 1, 6, 0)]],
    [
      'a prism message out of range',
      'message-out-of-range',
      [hello, unchoke, extended, frameOf(20, 1, 1, 0, 0, 0)],
    ],
    ['a bitfield', 'frame-unknown', [hello, unchoke, extended, frameOf(5, 255)]],
  ]
  for (const [what, code, bytes] of raw) {
    it(`answers ${what} with ${code}`, async () => {
      assert.ok((linkCodes as readonly string[]).includes(code))
      assert.equal(await codeOf(await linkWith(...bytes)), code)
    })
  }

  it('answers more frames than a fast link needs with frame-flood', async () => {
    const side = await linkWith(hello, unchoke, extended)
    const link = await side.link
    const heard = RecordingLinkListener.on(link)
    const request = frameOf(6, ...new Array<number>(12).fill(0))
    const second = Buffer.concat(new Array<Uint8Array>(framesPerSecondMax).fill(request))
    for (let count = 0; count < 4; count += 1) channels[1].send(second)
    assert.equal(await codeOf(side), 'frame-flood')
    assert.deepEqual(heard.events.at(-1), ['closed'])
  })

  it('passes on blocks nobody asked for, and their numbers unsigned', async () => {
    const link = await (await linkWith(hello, unchoke, extended)).link
    const heard = RecordingLinkListener.on(link)
    channels[1].send(frameOf(7, 255, 255, 255, 255, 128, 0, 0, 0, 42))
    await passTime(clock, 50)
    assert.deepEqual(heard.events, [['block', 0xffffffff, 0x80000000, Uint8Array.of(42)]])
  })

  it('keeps what came before anybody listened, in order, its end included', async () => {
    const side = await linkWith(hello, unchoke, extended, frameOf(20, 1, 6, 0, 0, 0, 9))
    channels[1].send(frameOf(6, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 64, 0))
    await passTime(clock, 50)
    channels[1].close()
    await passTime(clock, 50)
    assert.deepEqual(RecordingLinkListener.on(await side.link).events, [
      ['message', { kind: 'lost', handle: 9 }],
      ['requested', 9, 0, 16384],
      ['closed'],
    ])
  })

  it('ends with listener-late when nobody ever listens', async () => {
    const request = frameOf(6, ...new Array<number>(12).fill(0))
    const side = await linkWith(hello, unchoke, extended, ...new Array<Uint8Array>(300).fill(request))
    assert.equal(await codeOf(side), 'listener-late')
  })

  it('sends a block and its head as one channel message, and what is written in one turn in few', async () => {
    const messages: number[] = []
    const [first, second] = channels
    const counting: Channel = {
      bufferedBytes: 0,
      send: (bytes) => {
        messages.push(bytes.length)
        first.send(bytes)
      },
      listen: (listener) => first.listen(listener),
      close: () => first.close(),
    }
    const [side] = openBoth([counting, second], clock)
    await passTime(clock, 100)
    const link = await side.link
    messages.length = 0
    for (let handle = 0; handle < 4; handle += 1) link.sendBlock(handle, 0, new Uint8Array(16384))
    for (let handle = 0; handle < 10; handle += 1) link.requestBlock(handle, 0, 16384)
    await passTime(clock, 50)
    assert.deepEqual(messages, [3 * 16397, 16397 + 10 * 17])
  })

  it('keeps no account of requests in the library, whichever way they go', async () => {
    const [side, other] = openBoth(channels, clock)
    await passTime(clock, 100)
    const [link, far] = [await side.link, await other.link]
    RecordingLinkListener.on(link)
    const heard = RecordingLinkListener.on(far)
    for (let handle = 0; handle < 500; handle += 1) link.requestBlock(handle, 0, 16384)
    await passTime(clock, 50)
    assert.equal(heard.of('requested').length, 500)
    for (const end of [link, far]) {
      const { wire } = (end as unknown as { wire: { wire: { requests: []; peerRequests: [] } } }).wire
      assert.deepEqual([wire.requests.length, wire.peerRequests.length], [0, 0])
    }
  })
})

function frameOf(type: number, ...body: readonly number[]): Uint8Array {
  const frame = new Uint8Array(5 + body.length)
  new DataView(frame.buffer).setUint32(0, body.length + 1)
  frame.set([type, ...body], 4)
  return frame
}

function handshakeOf(member: string, fast: boolean): Uint8Array {
  const reserved = [0, 0, 0, 0, 0, 0x10, 0, fast ? 4 : 0]
  const ids = Buffer.from(swarmId(1) + member, 'hex')
  return Uint8Array.from([19, ...Buffer.from('BitTorrent protocol'), ...reserved, ...ids])
}

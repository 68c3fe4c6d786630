import assert from 'node:assert/strict'
import {
  highWatermarkBytes,
  lowWatermarkBytes,
  type Channel,
  type ChannelConnector,
  type PendingChannel,
} from '../../client-sdk/src/ports/channel.js'
import type { Signal } from '../../protocol/tracker-messages.js'

/** Connectors of two members that can reach each other; `until` lets time pass until something is so. */
export interface ChannelRig {
  readonly connectors: readonly [ChannelConnector, ChannelConnector]
  until(isSo: () => boolean): Promise<void>
  /** Lets the time pass after which a connection without an answer has failed. */
  passConnectTimeout(): Promise<void>
  /** Timers and connections that are still there. */
  leftOver(): number
  dispose(): Promise<void>
}

interface Side {
  readonly pending: PendingChannel
  readonly signals: Signal[]
  channel?: Channel
  failures: number
}

/** What every maker of channels must do. */
export function describeChannels(name: string, open: () => Promise<ChannelRig>): void {
  describe(`channels by ${name}`, () => {
    let rig: ChannelRig
    const sides: Side[] = []
    beforeEach(async () => {
      rig = await open()
      sides.length = 0
    })
    afterEach(async () => {
      for (const side of sides) side.pending.close()
      await rig.dispose()
    })

    function connect(index: 0 | 1, initiate: boolean, relay: (signal: Signal) => void): Side {
      const side: Side = {
        signals: [],
        failures: 0,
        pending: rig.connectors[index].connect(initiate, {
          signal: (signal) => {
            side.signals.push(signal)
            relay(signal)
          },
          opened: (channel) => (side.channel = channel),
          failed: () => (side.failures += 1),
        }),
      }
      sides.push(side)
      return side
    }

    async function connectBoth(): Promise<[Channel, Channel]> {
      const a = connect(0, true, (signal) => sides[1]?.pending.accept(signal))
      const b = connect(1, false, (signal) => a.pending.accept(signal))
      await rig.until(() => a.channel !== undefined && b.channel !== undefined)
      assert.ok(a.channel && b.channel)
      return [a.channel, b.channel]
    }

    function record(channel: Channel): { bytes: number[]; drained: number; closed: number } {
      const heard = { bytes: [] as number[], drained: 0, closed: 0 }
      channel.listen({
        received: (bytes) => heard.bytes.push(...bytes),
        drained: () => (heard.drained += 1),
        closed: () => (heard.closed += 1),
      })
      return heard
    }

    it('opens by signals that survive JSON, and carries bytes both ways in order', async () => {
      const [a, b] = await connectBoth()
      const [atA, atB] = [record(a), record(b)]
      for (const side of sides) {
        assert.deepEqual(JSON.parse(JSON.stringify(side.signals)), side.signals)
        assert.equal(side.signals[0]?.['type'], side === sides[0] ? 'offer' : 'answer')
      }
      a.send(Uint8Array.of(1, 2, 3))
      a.send(Uint8Array.of(4))
      b.send(Uint8Array.of(9, 8))
      await rig.until(() => atB.bytes.length === 4 && atA.bytes.length === 2)
      assert.deepEqual(atB.bytes, [1, 2, 3, 4])
      assert.deepEqual(atA.bytes, [9, 8])
    })

    it('keeps what arrives before somebody listens', async () => {
      const [a, b] = await connectBoth()
      const atA = record(a)
      a.send(Uint8Array.of(5, 6))
      b.send(Uint8Array.of(1))
      await rig.until(() => atA.bytes.length === 1)
      const atB = record(b)
      await rig.until(() => atB.bytes.length === 2)
      assert.deepEqual(atB.bytes, [5, 6])
    })

    it('tells how long the way to the other side and back is, while it is open', async () => {
      const [a] = await connectBoth()
      await rig.until(() => a.roundTripMs !== undefined)
      const { roundTripMs = -1 } = a
      assert.ok(roundTripMs >= 0 && roundTripMs < 2000, `${roundTripMs} ms`)
      a.close()
      assert.equal(a.roundTripMs, undefined)
    })

    it('tells when a buffer that passed the high watermark has fallen to the low one', async () => {
      const [a, b] = await connectBoth()
      const atA = record(a)
      let received = 0
      b.listen({ received: (bytes) => (received += bytes.length), drained: () => {}, closed: () => {} })
      let sent = 0
      while (a.bufferedBytes <= highWatermarkBytes) {
        a.send(new Uint8Array(60_000))
        sent += 60_000
      }
      assert.equal(atA.drained, 0)
      await rig.until(() => atA.drained > 0)
      assert.ok(a.bufferedBytes <= lowWatermarkBytes)
      await rig.until(() => received === sent)
      assert.equal(atA.drained, 1)
    })

    it('tells the other end of a close, once, and nothing to the one who closed', async () => {
      const [a, b] = await connectBoth()
      const [atA, atB] = [record(a), record(b)]
      a.close()
      a.close()
      a.send(Uint8Array.of(1))
      await rig.until(() => atB.closed > 0)
      b.send(Uint8Array.of(1))
      assert.deepEqual([atA.closed, atB.closed], [0, 1])
      assert.deepEqual(atB.bytes, [])
    })

    const garbage: readonly (readonly [string, Signal])[] = [
      ['nothing', {}],
      ['a description that is none', { type: 'offer', sdp: 'v=0' }],
      ['a number for a description', { type: 'offer', sdp: 7 }],
      ['an answer without an offer', { type: 'answer', sdp: 'v=0\r\nm=application 9 UDP/DTLS/SCTP x\r\n' }],
      ['a broken description', { type: 'offer', sdp: 'm=application \r\nrubbish' }],
      ['a request to negotiate anew', { renegotiate: true }],
      ['a request for video', { type: 'transceiverRequest', transceiverRequest: { kind: 'video' } }],
    ]
    for (const [what, signal] of garbage) {
      it(`fails, and does not throw, on ${what}`, async () => {
        const b = connect(1, false, () => {})
        b.pending.accept(signal)
        await rig.until(() => b.failures > 0)
        b.pending.accept(signal)
        assert.equal(b.failures, 1)
      })
    }

    it('leaves nothing behind when it is closed at any stage', async () => {
      const early = connect(0, true, () => {})
      early.pending.close()
      early.pending.close()
      const waiting = connect(1, false, () => {})
      waiting.pending.close()
      const offering = connect(0, true, () => {})
      await rig.until(() => offering.signals.length > 0)
      offering.pending.close()
      offering.pending.accept({ type: 'answer', sdp: 'late' })
      assert.deepEqual(
        sides.map((side) => side.failures),
        [0, 0, 0],
      )
      await rig.until(() => rig.leftOver() === 0)
    })

    it('fails when the other side never answers', async () => {
      const a = connect(0, true, () => {})
      await rig.passConnectTimeout()
      assert.equal(a.failures, 1)
      await rig.until(() => rig.leftOver() === 0)
    })
  })
}

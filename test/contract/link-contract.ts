import assert from 'node:assert/strict'
import type { Link } from '../../client-sdk/src/ports/link.js'
import { RecordingLinkListener } from '../support/transport/recording-link-listener.js'

/** Two ends of an open link; `until` lets time pass until something is so. */
export interface LinkRig {
  readonly links: readonly [Link, Link]
  until(isSo: () => boolean): Promise<void>
  dispose(): Promise<void>
}

/** What every link must do, whatever it runs on. */
export function describeLink(name: string, open: () => Promise<LinkRig>): void {
  describe(`a link over ${name}`, () => {
    let rig: LinkRig
    let a: Link
    let b: Link
    let atA: RecordingLinkListener
    let atB: RecordingLinkListener
    beforeEach(async () => {
      rig = await open()
      ;[a, b] = rig.links
      atA = RecordingLinkListener.on(a)
      atB = RecordingLinkListener.on(b)
    })
    afterEach(() => rig.dispose())

    const block = (length: number, seed: number): Uint8Array =>
      Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff)

    it('carries messages, requests, blocks, rejects and cancels, in order and with large numbers', async () => {
      const handle = 0xfffffffe
      a.sendMessage({ kind: 'have', handle, bytes: 100_000 })
      a.requestBlock(handle, 0x80000000, 16384)
      a.cancelBlock(handle, 0x80000000, 16384)
      a.rejectBlock(7, 16384, 9)
      a.sendBlock(handle, 32768, block(16384, 1))
      a.sendBlock(1, 0, block(1, 2))
      a.sendMessage({ kind: 'lost', handle })
      await rig.until(() => atB.events.length === 7)
      assert.deepEqual(atB.events, [
        ['message', { kind: 'have', handle, bytes: 100_000 }],
        ['requested', handle, 0x80000000, 16384],
        ['cancelled', handle, 0x80000000, 16384],
        ['rejected', 7, 16384, 9],
        ['block', handle, 32768, block(16384, 1)],
        ['block', 1, 0, block(1, 2)],
        ['message', { kind: 'lost', handle }],
      ])
    })

    it('carries blocks both ways at once, and none keeps more memory alive than itself', async () => {
      for (let index = 0; index < 24; index += 1) {
        a.sendBlock(index, 0, block(16384, index))
        b.sendBlock(index, 0, block(1000 + index, index))
      }
      await rig.until(() => atA.of('block').length === 24 && atB.of('block').length === 24)
      for (const [, handle, , bytes] of atB.of('block')) {
        assert.deepEqual(bytes, block(16384, handle))
        assert.ok(bytes.buffer.byteLength <= bytes.length + 64)
      }
      for (const [, handle, , bytes] of atA.of('block')) assert.deepEqual(bytes, block(1000 + handle, handle))
    })

    it('counts what is buffered, from the moment it is sent', () => {
      const before = a.bufferedBytes
      a.sendBlock(1, 0, block(16384, 1))
      assert.ok(a.bufferedBytes >= before + 16384)
    })

    it('tells both ends of a close, once and last, and does nothing after it', async () => {
      a.close('test')
      a.close('test')
      a.sendBlock(1, 0, block(10, 1))
      a.requestBlock(1, 0, 10)
      a.sendMessage({ kind: 'lost', handle: 1 })
      await rig.until(() => atA.of('closed').length > 0 && atB.of('closed').length > 0)
      b.sendBlock(1, 0, block(10, 1))
      assert.deepEqual(atA.events, [['closed']])
      assert.deepEqual(atB.events, [['closed']])
    })
  })
}

import { deepEqual, equal } from 'node:assert/strict'
import type { EventEmitter } from 'node:events'
import * as ws from 'ws'
import { byteFrame } from '../../../tracker/src/webtorrent/byte-frame.js'

/** Exported by ws, and not by its types. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: { isServer: boolean }) => EventEmitter & { write(data: Buffer): void }
}

describe('a byte frame', () => {
  it('is a text frame as ws reads it, at every length of its head', () => {
    const lengths = [0, 1, 125, 126, 1000, 65_535, 65_536, 70_000]
    const read: number[] = []
    const receiver = new Receiver({ isServer: false })
    receiver.on('message', (data: Buffer, isBinary: boolean) => {
      equal(isBinary, false)
      equal(data.toString(), 'ö'.repeat(data.length / 2) + (data.length % 2 === 0 ? '' : 'o'))
      read.push(data.length)
    })
    for (const length of lengths) {
      const text = 'ö'.repeat(length / 2) + (length % 2 === 0 ? '' : 'o')
      receiver.write(Buffer.from(byteFrame(Buffer.from(text).toString('latin1')), 'latin1'))
    }
    deepEqual(read, lengths)
  })
})

import { blockBytes } from '../../../protocol/block.js'
import { digestOf } from '../../../protocol/segment-digest.js'
import { sha256 } from '../../support/sha256.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, memberId, segment } from './media.js'

/** A segment of five blocks, the last of 100 bytes, with its digest. */
export const bytes = 4 * blockBytes + 100
export const first = segment(100)
export const body = bodyOf(first, bytes)
export const { digest, hashes } = digestOf(sha256, first, body)

/** The block there with one byte changed. */
export function changed(index: number): Uint8Array {
  const block = blockOf(body, index)
  block[7] = (block[7] ?? 0) ^ 0x80
  return block
}

/** An engine that verifies, with two neighbours; its player has listed the segment and asks for nothing yet. */
export function verifyingEngine() {
  const engine = new EngineHarness({ integrity: { sha256 } })
  const giver = engine.link(memberId(2))
  const taker = engine.link(memberId(3))
  engine.follow()
  engine.list([first])
  return { engine, giver, taker }
}

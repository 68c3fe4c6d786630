import process from 'node:process'
import { blockBytes } from '../../../protocol/block.js'
import { blockHash, type Sha256 } from '../../../protocol/merkle-tree.js'

/** Enough for the compiler to have done its best before it counts. */
const warmUpBlocks = 2000

/** CPU time for one byte, in seconds, block by block as a viewer hashes them. By the operating system's account. */
export function hashingSecondsPerByte(sha256: Sha256, blocks: number): number {
  const block = Uint8Array.from({ length: blockBytes }, (_, index) => index % 251)
  const hash = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      block[0] = index % 256
      blockHash(sha256, block)
    }
  }
  hash(Math.min(warmUpBlocks, blocks))
  const before = process.cpuUsage()
  hash(blocks)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000 / (blocks * blockBytes)
}

import process from 'node:process'
import type { DriverPorts } from '../../../client-sdk/src/driver.js'
import { blockBytes } from '../../../protocol/block.js'

type HashBlock = NonNullable<DriverPorts['hashBlock']>

/** Enough for the compiler to have done its best before it counts. */
const warmUpBlocks = 2000

/**
 * CPU time for one byte, in seconds, block by block as a viewer hashes them, on whatever threads. By the operating system's
 * account.
 */
export async function hashingSecondsPerByte(hashBlock: HashBlock, blocks: number): Promise<number> {
  const block = Uint8Array.from({ length: blockBytes }, (_, index) => index % 251)
  const hash = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      block[0] = index % 256
      await new Promise<unknown>((resolve) => hashBlock(block, resolve))
    }
  }
  await hash(Math.min(warmUpBlocks, blocks))
  const before = process.cpuUsage()
  await hash(blocks)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000 / (blocks * blockBytes)
}

import { writeFile } from 'node:fs/promises'
import process from 'node:process'
import { sha256 } from '@noble/hashes/sha2.js'
import { Command } from 'commander'
import { webBlockHash } from '../../../client-sdk/src/transport/web-hashes.js'
import { dayAndMachine } from '../machine.js'
import { digestTable, percent } from './digest-table.js'
import { hashingSecondsPerByte } from './hashing-cost.js'
import { measureSwarm } from './measure-swarm.js'

/** Shares of a core and of media bytes that digests may take. */
const bars = { core: 0.02, traffic: 0.005 } as const

const { viewers, seconds, bitrate, uplink, witnessDelay, blocks, seed, save } = new Command('bench:digests')
  .description(
    'Measures what digests cost: CPU time for hashing, their traffic, and what waiting for them does to a swarm in ' +
      'virtual time. Exits with 1 if a bar is missed.',
  )
  .option('--viewers <n>', 'in the swarm, each linked to each', Number, 16)
  .option('--seconds <n>', 'measured span in virtual time, after the warm-up', Number, 60)
  .option('--bitrate <bit/s>', 'of the stream', Number, 3_000_000)
  .option('--uplink <bit/s>', 'of every viewer', Number, 10_000_000)
  .option('--witness-delay <list>', 'ms from the birth of a segment to its digest, a run for each', '300,600')
  .option('--blocks <n>', 'hashed for the CPU time', Number, 20_000)
  .option('--seed <n>', 'of the swarm', Number, 1)
  .option('--save <file>', 'writes the figures there as JSON')
  .parse()
  .opts<{
    viewers: number
    seconds: number
    bitrate: number
    uplink: number
    witnessDelay: string
    blocks: number
    seed: number
    save?: string
  }>()

const secondsPerByte = await hashingSecondsPerByte(webBlockHash(sha256), blocks)
const rows = [undefined, ...witnessDelay.split(',').map(Number)].map((witnessDelayMs) =>
  measureSwarm({
    seed,
    viewers,
    bitsPerSecond: bitrate,
    uplinkBitsPerSecond: uplink,
    spanMs: seconds * 1000,
    witnessDelayMs,
  }),
)
// In the long run every byte is hashed once, also where the swarm was too short to show it.
const hashedShare = Math.max(1, ...rows.map((row) => row.hashedShare))
const core = secondsPerByte * hashedShare * (bitrate / 8)
const traffic = Math.max(...rows.map(({ digestShare }) => digestShare))
const machine = dayAndMachine()
console.log(`${machine}\n`)
console.log(
  `Hashing: ${(1 / secondsPerByte / 1_000_000).toFixed(0)} MB per second of CPU time, ` +
    `${percent(core)} of a core per viewer at ${bitrate / 1_000_000} Mbit/s (bar: ${percent(bars.core)})`,
)
console.log(`Traffic: ${percent(traffic)} of the media bytes (bar: ${percent(bars.traffic)})\n`)
console.log(digestTable(rows))
if (save !== undefined) {
  await writeFile(save, JSON.stringify({ machine, secondsPerByte, core, traffic, rows }, null, 2))
}
if (core > bars.core || traffic > bars.traffic) process.exitCode = 1

import type { Sha256 } from '../../../protocol/merkle-tree.js'
import { sha256 } from '../../support/sha256.js'
import { VirtualSwarm } from '../../support/swarm/virtual-swarm.js'

export interface SwarmChoice {
  readonly seed: number
  readonly viewers: number
  readonly bitsPerSecond: number
  readonly uplinkBitsPerSecond: number
  /** Measured span, in virtual ms. */
  readonly spanMs: number
  /** From a segment's birth to its digest at the members; undefined: nothing is checked. */
  readonly witnessDelayMs: number | undefined
}

export interface DigestFigures {
  readonly witnessDelayMs: number | undefined
  readonly segments: number
  readonly copies: number
  readonly completeMedianMs: number
  readonly completeP99Ms: number
  readonly stalls: number
  readonly rescues: number
  /** Bytes about digests, of trackers and members, over media bytes. */
  readonly digestShare: number
  /** Bytes that a viewer hashes, over its media bytes. */
  readonly hashedShare: number
}

const segmentMs = 2000
/** Viewers arrive from 20 s to 30 s; links and caches are warm some segments later. */
const measuredFromMs = 44_000
/** What is born last has so long to come. */
const settlingMs = 10_000

/** The same swarm from the same seed, with digests or without. */
export function measureSwarm(choice: SwarmChoice): DigestFigures {
  const { witnessDelayMs, viewers, bitsPerSecond, uplinkBitsPerSecond, seed, spanMs } = choice
  const segmentBytes = Math.round((bitsPerSecond * segmentMs) / 8000)
  let hashedBytes = 0
  const counted: Sha256 = (bytes) => {
    hashedBytes += bytes.length
    return sha256(bytes)
  }
  let told = 0
  const delayMs = () => {
    told += 1
    return witnessDelayMs
  }
  const swarm = new VirtualSwarm({
    seed,
    viewers,
    segmentMs,
    uplinkBytesPerSecond: uplinkBitsPerSecond / 8,
    // A response comes at ten times the bit rate.
    cdn: { firstByteMs: 40, bytesPerSecond: (bitsPerSecond / 8) * 10, segmentBytes },
    ...(witnessDelayMs === undefined ? {} : { witness: { sha256: counted, delayMs } }),
  })
  const untilMs = measuredFromMs + spanMs
  swarm.run(untilMs + settlingMs)
  const complete = swarm.everyone
    .flatMap(({ delivered }) => delivered)
    .filter(({ bornAt }) => bornAt >= measuredFromMs && bornAt < untilMs)
    .map(({ at, bornAt }) => at - bornAt)
    .sort((one, other) => one - other)
  const totals = swarm.everyone.map(({ driver }) => driver.totals)
  const sum = (of: (each: (typeof totals)[number]) => number) =>
    totals.reduce((all, each) => all + of(each), 0)
  const mediaBytes = sum(({ cdnBytes, peerBytes }) => cdnBytes + peerBytes)
  return {
    witnessDelayMs,
    segments: Math.floor(spanMs / segmentMs),
    copies: swarm.copies(measuredFromMs, untilMs),
    completeMedianMs: quantile(complete, 0.5),
    completeP99Ms: quantile(complete, 0.99),
    stalls: swarm.everyone.reduce((all, { stalls }) => all + stalls, 0),
    rescues: sum(({ rescues }) => rescues),
    digestShare: (swarm.digestBytes + (swarm.witness?.bytes ?? 0)) / mediaBytes,
    // The witness has hashed each segment once too.
    hashedShare: Math.max(0, hashedBytes - told * segmentBytes) / mediaBytes,
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

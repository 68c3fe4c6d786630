/** The situations in which players are compared. */
import type { Bars } from './bars.js'

export interface SwarmShape {
  /** What `--shapes` calls it. */
  readonly name: string
  readonly viewers: number
  readonly segmentSeconds: 2 | 4
  readonly windowSegments: number
  /** One rendition for each, the lowest first; viewers are spread over them in turn. */
  readonly ladder: readonly [number, ...number[]]
  /** The origin's time to first byte. */
  readonly originLatencyMs: number
  /** Between one viewer's arrival and the next one's. */
  readonly arrivalMs: number
  /** Every viewer's uplink in turn, in kbit/s: each viewer has a Chromium and a network namespace of its own. */
  readonly uplinksKbits?: readonly [number, ...number[]]
  /** Added to what viewers send each other. */
  readonly roundTripMs?: number
  /** After the warm-up the oldest viewer leaves, and a new one arrives, this often. */
  readonly churnSeconds?: number
  /** What Prismesh is to reach. */
  readonly bars: Bars
}

/** Where nothing is said: an answer as fast as a near CDN's, and people who arrive one after another. */
const usual = {
  viewers: 8,
  segmentSeconds: 2,
  windowSegments: 6,
  ladder: [1_000_000],
  originLatencyMs: 20,
  arrivalMs: 700,
} as const

const uplinksKbits = [1500, 3000, 5000, 8000] as const

/** In every shape: no stall that plain hls.js has not, and no more delay. */
const guards = { stallsAdded: 0, latencyAddedSeconds: 0.3, duplicateShare: 0.03 }

export const shapes: readonly SwarmShape[] = [
  {
    ...usual,
    name: 'limited',
    uplinksKbits,
    bars: { ...guards, copies: 1.3, firstFrameRatio: 1.2 },
  },
  {
    ...usual,
    name: 'limited-2.5m',
    ladder: [2_500_000],
    uplinksKbits,
    bars: { ...guards, copies: 1.6, firstFrameRatio: 1.2 },
  },
  {
    ...usual,
    name: 'limited-4s',
    segmentSeconds: 4,
    windowSegments: 12,
    uplinksKbits,
    bars: { ...guards, copies: 1.2, firstFrameRatio: 1.2 },
  },
  {
    ...usual,
    name: 'together',
    originLatencyMs: 400,
    // The eight are there within a second.
    arrivalMs: 125,
    bars: { ...guards, copies: 1.15, firstFrameRatio: 1.1 },
  },
  { ...usual, name: '8', bars: { ...guards, copies: 1.1, firstFrameRatio: 1.1, cpuRatio: 1.3 } },
  {
    ...usual,
    name: '8-4s',
    segmentSeconds: 4,
    windowSegments: 12,
    bars: { ...guards, copies: 1.1, firstFrameRatio: 1.1, cpuRatio: 1.3 },
  },
  {
    ...usual,
    name: 'distant',
    viewers: 5,
    ladder: [5_000_000],
    roundTripMs: 60,
    bars: { ...guards, copies: 1.5, firstFrameRatio: 1.1 },
  },
  {
    ...usual,
    name: '16',
    viewers: 16,
    bars: { ...guards, copies: 1.15, firstFrameRatio: 1.1, cpuRatio: 1.4 },
  },
  {
    ...usual,
    name: 'churn',
    churnSeconds: 3,
    bars: { ...guards, copies: 1.6, firstFrameRatio: 1.1, duplicateShare: 0.05 },
  },
  {
    ...usual,
    name: '3-renditions',
    ladder: [600_000, 1_000_000, 1_800_000],
    bars: { ...guards, copiesPerRendition: 1.2, firstFrameRatio: 1.1 },
  },
]

import { cellMembersMax } from '../../protocol/limits.js'
import type { PathKind } from './path-profile.js'
import type { TuningChange } from './with-tuning.js'
import { resolveOptions } from '../../client-sdk/src/options.js'
import { homeUplinks, type UplinkMix } from './uplink-mix.js'

/** Something that goes wrong for a while. Times are in ms since the first viewer may come. */
export type Trouble = { readonly fromMs: number; readonly forMs: number } & (
  | { readonly kind: 'cdn-slow'; readonly rateShare: number }
  /** Segments and playlists answer 503. */
  | { readonly kind: 'cdn-broken' }
  | { readonly kind: 'cdn-truncates'; readonly share: number }
  /** The tracker's process is gone; another one, which knows nothing, takes its place. */
  | { readonly kind: 'tracker-down' }
  /** This part of the members reaches the CDN and the tracker, but none of the other members. */
  | { readonly kind: 'partition'; readonly share: number }
)

/** All that makes a run. Two runs with equal options are the same run. */
export interface SimOptions {
  readonly seed: number
  readonly viewers: number
  /** How long it runs, in ms since the first viewer may come. */
  readonly runMs: number
  readonly bitsPerSecond: number
  readonly segmentMs: number
  readonly windowSegments: number
  /** Viewers arrive within so many ms. */
  readonly arrivalMs: number
  /** `drawn`: at moments drawn evenly. `in-turn`: one after another, equally far apart. */
  readonly arrivals: 'drawn' | 'in-turn'
  /** After the arrivals, the oldest viewer leaves and another one comes this often. Absent: never. */
  readonly replaceMs?: number
  /** Half of the viewers stay less than this, and another comes when one has left. Absent: all stay. */
  readonly stayMedianMs?: number
  /** Part of those who leave of whom nobody hears it: their links end only when they are found broken. */
  readonly vanishShare: number
  /** Members of one cell. */
  readonly cellMembersMax: number
  /** Part of the viewers that upload. */
  readonly willingShare: number
  readonly uplinks: UplinkMix
  /** Bytes that a viewer gives for each byte watched, at most. */
  readonly uploadRatioMax: number
  /** What lies between members. */
  readonly paths: PathKind
  /** False: every pair connects. */
  readonly nat: boolean
  /** Part of the viewers whose tab is hidden: one timer a second. */
  readonly hiddenShare: number
  readonly cdnFirstByteMs: number
  /** Of each response. */
  readonly cdnBytesPerSecond: number
  /** Renditions, each with half the bit rate of the one before; viewers begin with one drawn evenly. */
  readonly renditions: number
  /** Every viewer changes to another rendition about this often. Absent: never. */
  readonly switchMs?: number
  /** Members whose uplink carries 100 kbit/s. */
  readonly slowShare: number
  /** Members that take requests and send no block. */
  readonly silentShare: number
  /** Members that claim, and whose CDN never answers. */
  readonly lyingShare: number
  /** Members that change a byte of every block that they send. */
  readonly pollutingShare: number
  /** Whether members check blocks against digests that the tracker's witness makes. */
  readonly integrity: 'required' | 'off'
  readonly trouble: readonly Trouble[]
  /** Where the engine's tuning differs from what ships. */
  readonly tuning: TuningChange
  /** False: players without Prismesh, for comparison. */
  readonly p2p: boolean
  /** Whether messages pass through the wire's codec: slower, and no different. */
  readonly codec: boolean
}

/** A small cell of willing people with lines such as homes have, near a CDN. */
export const defaultOptions: SimOptions = {
  seed: 1,
  viewers: 64,
  runMs: 90_000,
  bitsPerSecond: 1_000_000,
  segmentMs: 2000,
  windowSegments: 6,
  arrivalMs: 10_000,
  arrivals: 'drawn',
  vanishShare: 0.2,
  cellMembersMax,
  willingShare: 1,
  uplinks: homeUplinks,
  uploadRatioMax: resolveOptions({ tracker: 'wss://tracker.example' }).uploadRatioMax,
  paths: 'internet',
  nat: true,
  hiddenShare: 0,
  cdnFirstByteMs: 60,
  cdnBytesPerSecond: 2_500_000,
  renditions: 1,
  slowShare: 0,
  silentShare: 0,
  lyingShare: 0,
  pollutingShare: 0,
  integrity: 'off',
  trouble: [],
  tuning: {},
  p2p: true,
  codec: false,
}

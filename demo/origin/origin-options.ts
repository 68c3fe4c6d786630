import * as v from 'valibot'

const Count = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

const OptionsSchema = v.strictObject({
  host: v.optional(v.string(), '127.0.0.1'),
  /** 0 takes a free port. */
  port: v.optional(Count(0, 65535), 0),
  segmentSeconds: v.optional(v.picklist([2, 4]), 2),
  /** Segments a live playlist lists; fewer than 3 cannot be played without stalls. */
  windowSegments: v.optional(Count(3, 60), 6),
  /** Segments served after they left the playlist. */
  graceSegments: v.optional(Count(0, 1000), 3),
  /** List only the best rendition: a benchmark then compares the same bytes. */
  oneRendition: v.optional(v.boolean(), false),
  /** List one rendition only: the smallest picture, padded to this many bits per second. For many viewers at once. */
  paddedBitsPerSecond: v.optional(Count(400_000, 100_000_000)),
  /** List these renditions only, the lowest first: the smallest picture, each time padded to another rate. */
  paddedLadder: v.optional(v.pipe(v.array(Count(400_000, 100_000_000)), v.minLength(1), v.maxLength(8))),
  /** Pad pictures that are few and smaller still: for more viewers than the machine could decode otherwise. */
  sparsePictures: v.optional(v.boolean(), false),
  /** Let pages read Content-Range; most CDNs do not. */
  exposeContentRange: v.optional(v.boolean(), false),
  /** An HLS URL to pass through under `/source/`. */
  sourceUrl: v.optional(
    v.pipe(v.string(), v.regex(/^https?:\/\//i, 'must be an http or https URL'), v.url()),
  ),
  /** A folder an encoder writes, to serve as `/live/` in place of the loop. */
  encoderFolder: v.optional(v.string()),
  /** Over how many complete segments the rolling copies go. */
  rollingSegments: v.optional(Count(1, 1000), 10),
  /** How many segments the statistics list. */
  listedSegments: v.optional(Count(1, 7200), 100),
  /** The clock, in milliseconds since the epoch. */
  now: v.optional(v.function(), () => Date.now),
})

/** All optional; the defaults are in {@link resolveOriginOptions}. */
export interface OriginOptions extends Omit<v.InferInput<typeof OptionsSchema>, 'now'> {
  readonly now?: () => number
}

export interface ResolvedOriginOptions extends Omit<v.InferOutput<typeof OptionsSchema>, 'now'> {
  readonly now: () => number
}

/** @throws Error naming the option that cannot be used. */
export function resolveOriginOptions(options: OriginOptions): ResolvedOriginOptions {
  const parsed = v.safeParse(OptionsSchema, options)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw new Error(`origin option ${v.getDotPath(issue) ?? ''}: ${issue.message}`)
  }
  return Object.freeze({ ...parsed.output, now: options.now ?? Date.now })
}

import * as v from 'valibot'

const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const Whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

const fields = {
  /** Which requests are disturbed. `segments` includes fragmented MP4 headers. */
  scope: v.picklist(['segments', 'playlists', 'all']),
  /** Wait before the first byte. */
  latencyMs: Whole(0, 600_000),
  /** Cap on each response's rate; 0 is no cap. */
  bytesPerSecond: Whole(0, 10_000_000_000),
  /** Share of requests answered with `failStatus`. */
  failShare: Share,
  failStatus: Whole(400, 599),
  /** Share of responses that announce their whole length and are cut halfway. */
  truncateShare: Share,
  /** Share of responses that stop for good, before the header or halfway through the body. */
  hangShare: Share,
  hangPlace: v.picklist(['before', 'inside']),
  /** Answer every Range request with the whole body and a 200. */
  ignoreRange: v.boolean(),
  /** Starts the sequence of choices over. */
  seed: Whole(0, 0xffff_ffff),
}

const ChangeSchema = v.partial(v.strictObject(fields))

/** How the origin misbehaves, on purpose. */
export type FaultSettings = Readonly<v.InferOutput<v.StrictObjectSchema<typeof fields, undefined>>>

/** A change names only what it changes. */
export type FaultChange = Partial<FaultSettings>

export const noFaults: FaultSettings = Object.freeze({
  scope: 'segments',
  latencyMs: 0,
  bytesPerSecond: 0,
  failShare: 0,
  failStatus: 503,
  truncateShare: 0,
  hangShare: 0,
  hangPlace: 'before',
  ignoreRange: false,
  seed: 1,
})

export type FaultChangeResult =
  { readonly ok: true; readonly settings: FaultSettings } | { readonly ok: false; readonly reason: string }

/** Applies a change that may come from anywhere; the reason for a refusal names the field. */
export function changeFaults(settings: FaultSettings, change: unknown): FaultChangeResult {
  if (Array.isArray(change)) return { ok: false, reason: 'Expected an object with the fields to change' }
  const parsed = v.safeParse(ChangeSchema, change)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    const field = v.getDotPath(issue)
    return { ok: false, reason: field ? `${field}: ${issue.message}` : issue.message }
  }
  const given = Object.fromEntries(Object.entries(parsed.output).filter(([, value]) => value !== undefined))
  const changed = { ...settings, ...given }
  const shares = changed.failShare + changed.truncateShare + changed.hangShare
  if (shares > 1) {
    return {
      ok: false,
      reason: `failShare, truncateShare and hangShare: the sum is ${shares}, at most 1 is possible`,
    }
  }
  return { ok: true, settings: Object.freeze(changed) }
}

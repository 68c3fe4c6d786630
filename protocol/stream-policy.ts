import * as v from 'valibot'

/**
 * - `on`: members share
 * - `drain`: links that are there go on, and no new ones are made
 * - `off`: links close, and everything comes from the CDN
 */
export const p2pModes = ['on', 'drain', 'off'] as const

/** What an operator decides for everyone on a stream. It may lower what a viewer allows, and never raises it. */
export const streamPolicy = v.object({
  p2p: v.picklist(p2pModes, 'must be on, drain or off'),
  /** Bytes per second that a member gives at most; what the viewer set holds where it is less, or where this is left out. */
  uploadBytesPerSecondMax: v.exactOptional(
    v.pipe(
      v.number('must be a number of bytes'),
      v.safeInteger('must be a whole number'),
      v.minValue(0, 'must not be below 0'),
    ),
  ),
})

/** What members are told: what the operator decided, or what follows from how many watch. */
export const toldPolicy = v.object({
  ...streamPolicy.entries,
  /** `few-viewers`: P2P is off as long as fewer watch the stream than the operator set. */
  reason: v.exactOptional(v.literal('few-viewers')),
})
export type StreamPolicy = Readonly<v.InferOutput<typeof toldPolicy>>

/** What holds for a stream that nobody decided anything about. */
export const openPolicy: StreamPolicy = Object.freeze({ p2p: 'on' })

export function samePolicy(one: StreamPolicy, other: StreamPolicy): boolean {
  return (
    one.p2p === other.p2p &&
    one.uploadBytesPerSecondMax === other.uploadBytesPerSecondMax &&
    one.reason === other.reason
  )
}

import * as v from 'valibot'
import { isMemberId, streamIdLengthMax, type StreamId } from '../../../protocol/ids.js'

/** Longest life of a token: the uses of each are remembered until it expires. */
export const tokenLifetimeMaxSeconds = 24 * 60 * 60

export const tokenUsesMax = 1_000_000

/** What a join token says. Other claims are ignored. */
export const tokenClaims = v.object({
  /** The stream that may be joined. */
  stream: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(streamIdLengthMax),
    v.transform((id) => id as StreamId),
  ),
  /** The page's origin as its browser states it; an empty text for a program, which states none. */
  origin: v.pipe(v.string(), v.maxLength(512)),
  /** Seconds since 1970. */
  exp: v.pipe(v.number(), v.minValue(0)),
  /** Makes the token different from all others, so that its uses can be counted. */
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  /** Connections that may be made with it. */
  uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(tokenUsesMax)), 1),
  /** The only trackers at which it counts: those with this `region`. */
  region: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  /** The only member id that may be taken. */
  member: v.exactOptional(v.pipe(v.string(), v.guard(isMemberId))),
})

export type TokenClaims = v.InferOutput<typeof tokenClaims>

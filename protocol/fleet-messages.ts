import * as v from 'valibot'
import { failure, success, type Result } from './result.js'

/**
 * What the tracker processes of a fleet say to each other over a broker: JSON texts, at most once, in any order.
 * Whatever is lost is said again by a later beat, so nothing here is ever acknowledged.
 */

/** Names one run of one process: 16 lower-case hexadecimal digits, new at every start. */
export type ProcessId = string & { readonly brand: 'ProcessId' }

/** Names a stream without telling it: the first 16 digits of its keyed swarm id, alike in all processes of a fleet. */
export type StreamKey = string & { readonly brand: 'StreamKey' }

/** Characters of one message: a beat with all its parts is under 40 KB. NATS takes 1 MB by default, Redis more. */
export const fleetMessageLengthMax = 256 * 1024

/** Parts that a beat lists; 26 bytes each. */
export const beatPartsMax = 1000

/** Entries in one message, and characters of their values together: it stays under the limit of a message. */
export const entriesPerMessageMax = 50
export const entriesLengthMax = 160 * 1024

/** Characters of one entry's value as JSON: the hash list of a segment of 5 MB. */
export const entryValueLengthMax = 16 * 1024

/** Characters of a token's name: of its key, and its own. */
const tokenNameLengthMax = 512

/** What processes share beside their beats. */
export const fleetTopics = ['bans', 'policy', 'digests'] as const
export type FleetTopic = (typeof fleetTopics)[number]

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const processId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{16}$/),
  v.transform((id) => id as ProcessId),
)
const streamKey = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{16}$/),
  v.transform((key) => key as StreamKey),
)

/** A stream of the sender's: its key, its members there, and 1 where they are too many to be sent elsewhere. */
const part = v.tuple([streamKey, count, v.picklist([0, 1])])

const totals = v.object({
  cdnBytes: count,
  peerBytes: count,
  uploadedBytes: count,
  wastedBytes: count,
  rescues: count,
})

/** "I am here, and this is how things stand with me." Replaces the one before. */
const beat = v.object({
  kind: v.literal('beat'),
  from: processId,
  sequence: count,
  /** Where members can reach this very process; a process without one is nobody's home. */
  url: v.exactOptional(v.pipe(v.string(), v.maxLength(2048))),
  /** Whether it can take more members. */
  room: v.boolean(),
  members: count,
  streams: count,
  totals,
  parts: v.pipe(v.array(part), v.maxLength(beatPartsMax)),
  /** A mark of all entries of each topic: who has another one lacks something, or knows more. */
  marks: v.object({ bans: count, policy: count, digests: count } satisfies Record<FleetTopic, unknown>),
})

const entry = v.object({
  key: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  /** The higher one counts; between equal ones the writer's id decides. */
  version: count,
  writer: processId,
  /** How long it holds from now on. */
  ttlMs: count,
  /** `null` takes back what an earlier version said. */
  value: v.unknown(),
})

/** News, or what the receiver seems to lack. */
const entries = v.object({
  kind: v.literal('entries'),
  from: processId,
  topic: v.picklist(fleetTopics),
  entries: v.pipe(v.array(entry), v.maxLength(entriesPerMessageMax)),
})

/** The sender stops: nobody is to be sent there any more. */
const bye = v.object({ kind: v.literal('bye'), from: processId })

/** The sender let somebody in with this token. Said once: who does not hear it lets the token in once more. */
const used = v.object({
  kind: v.literal('used'),
  from: processId,
  /** `kid/jti`. */
  token: v.pipe(v.string(), v.minLength(1), v.maxLength(tokenNameLengthMax)),
  /** Until it expires. */
  ttlMs: count,
})

const message = v.variant('kind', [beat, entries, bye, used])

export type FleetMessage = v.InferOutput<typeof message>
export type Beat = v.InferOutput<typeof beat>
export type FleetEntry = v.InferOutput<typeof entry>
export type StreamPart = v.InferOutput<typeof part>

/** Reads what another process sent; never throws. */
export function decodeFleetMessage(text: string): Result<FleetMessage, 'malformed' | 'oversized'> {
  if (text.length > fleetMessageLengthMax) return failure('oversized', 'the message is too long')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return failure('malformed', 'the message is not JSON')
  }
  const parsed = v.safeParse(message, json)
  return parsed.success ? success(parsed.output) : failure('malformed', parsed.issues[0].message)
}

export function encodeFleetMessage(text: FleetMessage): string {
  return JSON.stringify(text)
}

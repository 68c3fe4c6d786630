import * as v from 'valibot'
import { fromBase64Url } from './base64url.js'
import { isMemberId, isRenditionId, isSwarmId, streamIdLengthMax, type StreamId } from './ids.js'
import {
  cellMembersMax,
  digestListHashesMax,
  digestsPerMessageMax,
  linksMax,
  segmentBytesMax,
  signalsPerMessageMax,
  trackerMessageBytesMax,
  wireMessageBytesMax,
} from './limits.js'
import { hashBytes } from './merkle-tree.js'
import { failure, success, type Result } from './result.js'
import { toldPolicy } from './stream-policy.js'
import { publicKeyBytes, signatureBytes } from './segment-digest.js'
import { isSegmentIdentity } from './segment-key.js'

/**
 * What members and the tracker say to each other: JSON texts over one WebSocket at `/`. Unknown fields are
 * dropped, so that either side may grow new ones; unknown kinds are refused with a code.
 */
export const trackerProtocolVersion = 1

/** Longest `resume` text. */
const secretLengthMax = 2048

const moveUrlLengthMax = 2048

const memberId = v.pipe(v.string(), v.guard(isMemberId))
const swarmId = v.pipe(v.string(), v.guard(isSwarmId))
const renditionId = v.pipe(v.string(), v.guard(isRenditionId))
const streamId = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(streamIdLengthMax),
  v.transform((id) => id as StreamId),
)
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(secretLengthMax))

const segmentFields = v.pipe(
  v.object({
    rendition: renditionId,
    discontinuity: count,
    sequence: count,
    rangeStart: v.exactOptional(count),
    rangeEnd: v.exactOptional(count),
  }),
  v.check(isSegmentIdentity, 'names no segment'),
)

const rosterEntry = v.object({
  member: memberId,
  role: v.picklist(['viewer', 'fog']),
  uploads: v.boolean(),
  rendition: v.exactOptional(renditionId),
})
const roster = v.pipe(v.array(rosterEntry), v.maxLength(cellMembersMax))
const introduction = v.object({ member: memberId, initiate: v.boolean() })
const introductions = v.pipe(v.array(introduction), v.maxLength(linksMax))

/** An SDP description or ICE candidate as simple-peer makes it; opaque to the tracker, bounded by its size. */
const signals = v.pipe(
  v.array(v.pipe(v.unknown(), v.guard(isSignal))),
  v.minLength(1),
  v.maxLength(signalsPerMessageMax),
)

const join = v.object({
  kind: v.literal('join'),
  version: v.literal(trackerProtocolVersion),
  stream: streamId,
  /** Chosen by the member, kept over reconnects. */
  member: memberId,
  role: v.picklist(['viewer', 'fog']),
  uploads: v.boolean(),
  rendition: v.exactOptional(renditionId),
  /** How far playback is behind the live edge, in milliseconds, where that is known: those who are close are put together. */
  latencyMs: v.exactOptional(count),
  /** From an earlier `joined`: proves that this connection may take over the member's id. */
  resume: v.exactOptional(secret),
})
const update = v.object({
  kind: v.literal('update'),
  uploads: v.exactOptional(v.boolean()),
  rendition: v.exactOptional(renditionId),
  latencyMs: v.exactOptional(count),
})
const signalOut = v.object({ kind: v.literal('signal'), to: memberId, signals })
const seek = v.object({
  kind: v.literal('seek'),
  /** How many more neighbours are wanted. */
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(linksMax)),
  /** Members that need not be proposed: linked already, or no link to them came about. */
  except: v.pipe(v.array(memberId), v.maxLength(cellMembersMax)),
})
/** Why a link did not come about. `other`: the two connected and did not understand each other. */
export const linkFailureCauses = ['connection-failed', 'offer-missing', 'no-room', 'other'] as const
export type LinkFailureCause = (typeof linkFailureCauses)[number]

const failedLinks = v.object({
  'connection-failed': v.exactOptional(count),
  'offer-missing': v.exactOptional(count),
  'no-room': v.exactOptional(count),
  other: v.exactOptional(count),
} satisfies Record<LinkFailureCause, unknown>)

/** Why a member gives nothing, or less than its line would carry. */
export const uploadRules = [
  'p2p-off',
  'few-viewers',
  'not-uploading',
  'save-data',
  'cellular',
  'battery-low',
  'upload-hidden',
  'session-cap-reached',
  'ratio-reached',
  'buffer-low',
  'round-trips-rise',
  'upload-lowered',
] as const
export type UploadRule = (typeof uploadRules)[number]

/** Totals since the member joined, in bytes; each report replaces the one before. */
const report = v.object({
  kind: v.literal('report'),
  cdnBytes: count,
  peerBytes: count,
  uploadedBytes: count,
  wastedBytes: count,
  rescues: count,
  links: count,
  /** Links that came about since the join, and that did not, by cause; causes without any may be left out. */
  linksMade: v.exactOptional(count),
  linksFailed: v.exactOptional(failedLinks),
  /** Times that playback stood still since the join. */
  stalls: v.exactOptional(count),
  /** How far playback is behind the live edge now. */
  latencyMs: v.exactOptional(count),
  /** What holds uploads back now; left out while nothing does. */
  uploadRule: v.exactOptional(v.picklist(uploadRules)),
})
/** A neighbour sent bytes that are none of the segment's. Sent after the link to it was closed for that. */
const accuse = v.object({
  kind: v.literal('accuse'),
  member: memberId,
  segment: segmentFields,
  /** The block that was changed, and the hash of what came in its place. */
  block: count,
  hash: base64Url(hashBytes),
})
const leave = v.object({ kind: v.literal('leave') })

/** A digest of the tracker's witness, or of the stream's publisher. */
export const segmentDigest = v.object({
  segment: segmentFields,
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(segmentBytesMax)),
  root: base64Url(hashBytes),
  /** Ed25519, of the digest's statement (docs/digests.md), by the `digestKey` of `joined`. */
  signature: base64Url(signatureBytes),
  /** The hash list, for some members of each cell. */
  hashes: v.exactOptional(v.pipe(v.array(base64Url(hashBytes)), v.maxLength(digestListHashesMax))),
})
const digests = v.object({
  kind: v.literal('digests'),
  digests: v.pipe(v.array(segmentDigest), v.minLength(1), v.maxLength(digestsPerMessageMax)),
})

/** What a live playlist has come to (docs/playlists.md), for some members of each cell. */
const playlistEdge = v.object({
  kind: v.literal('playlist-edge'),
  /** The wire message of this name, which they pass on, as base64url. */
  edge: v.pipe(v.string(), v.maxLength(Math.ceil((wireMessageBytesMax * 4) / 3))),
})

const joined = v.object({
  kind: v.literal('joined'),
  member: memberId,
  swarm: swarmId,
  resume: secret,
  /** Everyone in the cell but the receiver. */
  members: roster,
  introductions,
  /** How often a `report` is wanted, in milliseconds. */
  reportIntervalMs: v.pipe(v.number(), v.safeInteger(), v.minValue(1000), v.maxValue(600_000)),
  /** The operator's word for this stream, where there is one. */
  policy: v.exactOptional(toldPolicy),
  /** The public key of this stream's digests. Absent: there are none. */
  digestKey: v.exactOptional(base64Url(publicKeyBytes)),
})
const rosterChange = v.object({
  kind: v.literal('roster'),
  /** Members that came, or whose entry changed. */
  present: roster,
  gone: v.pipe(v.array(memberId), v.maxLength(cellMembersMax)),
})
const introduce = v.object({ kind: v.literal('introduce'), introductions })
const signalIn = v.object({ kind: v.literal('signal'), from: memberId, signals })
/** The operator's word for this stream changed. Replaces the one before. */
const policyChange = v.object({ kind: v.literal('policy'), policy: toldPolicy })
/** Asks the member to leave and to join again at another process of the same tracker. */
const move = v.object({
  kind: v.literal('move'),
  /** `wss://` or `ws://`; members follow it only within the tracker's host, or to hosts that the page allows. */
  url: v.pipe(v.string(), v.minLength(1), v.maxLength(moveUrlLengthMax)),
  /** When to go, in milliseconds from now, so that not all go at once. */
  afterMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(600_000)),
})

export const trackerErrorCodes = [
  'malformed',
  'oversized',
  'unknown-kind',
  'out-of-order',
  'unsupported-version',
  'member-in-use',
  'not-introduced',
  'too-many-messages',
  'too-many-connections',
  'token-missing',
  'token-invalid',
  'token-expired',
  'token-used',
  'token-mismatch',
  'origin-refused',
  'banned',
  'stream-full',
  'tracker-full',
  'shutting-down',
  'accusation-false',
] as const
export type TrackerErrorCode = (typeof trackerErrorCodes)[number]

const error = v.object({
  kind: v.literal('error'),
  code: v.picklist(trackerErrorCodes),
  message: v.pipe(v.string(), v.maxLength(1024)),
  /** When present, the connection ends and the member should wait this long before it comes back. */
  retryAfterMs: v.exactOptional(count),
})

const toTracker = v.variant('kind', [join, update, signalOut, seek, report, accuse, leave])
const toMember = v.variant('kind', [
  joined,
  rosterChange,
  introduce,
  signalIn,
  policyChange,
  digests,
  playlistEdge,
  move,
  error,
])

/** A message from a member to the tracker. */
export type TrackerRequest = v.InferOutput<typeof toTracker>
export type JoinRequest = v.InferOutput<typeof join>
export type ReportRequest = v.InferOutput<typeof report>
/** A message from the tracker to a member. */
export type TrackerReply = v.InferOutput<typeof toMember>
export type MoveReply = v.InferOutput<typeof move>
export type JoinedReply = v.InferOutput<typeof joined>
export type DigestsReply = v.InferOutput<typeof digests>
export type PlaylistEdgeReply = v.InferOutput<typeof playlistEdge>
export type AccuseRequest = v.InferOutput<typeof accuse>
export type Signal = v.InferOutput<typeof signals>[number]

export type TrackerDecodeCode = 'malformed' | 'oversized' | 'unknown-kind' | 'unsupported-version'

// Said to be pure, so that a bundle that reads one side's messages leaves out what describes the other's.
const requestKinds = /* @__PURE__ */ kindsOf(toTracker)
const replyKinds = /* @__PURE__ */ kindsOf(toMember)

/** Reads what a member sent; never throws. */
export function decodeTrackerRequest(text: string): Result<TrackerRequest, TrackerDecodeCode> {
  return decode(text, toTracker, requestKinds)
}

/** Reads what the tracker sent; never throws. */
export function decodeTrackerReply(text: string): Result<TrackerReply, TrackerDecodeCode> {
  return decode(text, toMember, replyKinds)
}

export function encodeTrackerMessage(message: TrackerRequest | TrackerReply): string {
  return JSON.stringify(message)
}

function decode<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
  kinds: ReadonlySet<unknown>,
): Result<v.InferOutput<Schema>, TrackerDecodeCode> {
  if (text.length > trackerMessageBytesMax) {
    return failure('oversized', `a message has at most ${trackerMessageBytesMax} characters`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return failure('malformed', 'the message is not JSON')
  }
  const kind = typeof json === 'object' && json !== null && 'kind' in json ? json.kind : undefined
  if (typeof kind === 'string' && !kinds.has(kind)) {
    return failure('unknown-kind', `there is no message of kind "${kind.slice(0, 40)}"`)
  }
  const parsed = v.safeParse(schema, json)
  if (parsed.success) return success(parsed.output)
  const issue = parsed.issues[0]
  const path = issue ? (v.getDotPath(issue) ?? '') : ''
  if (kind === 'join' && path === 'version') {
    return failure('unsupported-version', `this side speaks version ${trackerProtocolVersion}`)
  }
  return failure(
    'malformed',
    path === '' ? (issue?.message ?? 'invalid') : `${path}: ${issue?.message ?? 'invalid'}`,
  )
}

/** What it says is between the two browsers. */
function isSignal(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindsOf({ options }: typeof toTracker | typeof toMember): ReadonlySet<unknown> {
  return new Set<unknown>(options.map((option) => option.entries.kind.literal))
}

/** So many bytes as base64url, left as a text: who needs the bytes reads it again, and most texts are only passed on. */
function base64Url(byteCount: number) {
  return v.pipe(
    v.string(),
    v.check((text) => fromBase64Url(text)?.length === byteCount, `is not ${byteCount} bytes as base64url`),
  )
}

import fc from 'fast-check'
import type { StreamId, SwarmId } from '../../../protocol/ids.js'
import { p2pModes, type StreamPolicy } from '../../../protocol/stream-policy.js'
import { cellMembersMax, linksMax, segmentBytesMax, signalsPerMessageMax } from '../../../protocol/limits.js'
import {
  trackerErrorCodes,
  uploadRules,
  type Signal,
  type TrackerReply,
  type TrackerRequest,
} from '../../../protocol/tracker-messages.js'
import { memberIds, renditionIds, segments } from './wire-arbitraries.js'

function base64Urls(count: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: count, maxLength: count })
    .map((bytes) => Buffer.from(bytes).toString('base64url'))
}

const counts = fc.maxSafeNat()
const secrets = fc.string({ minLength: 1, maxLength: 200 })
const roles = fc.constantFrom('viewer' as const, 'fog' as const)
const signals: fc.Arbitrary<Signal[]> = fc.array(
  fc.dictionary(fc.constantFrom('type', 'sdp', 'candidate', 'ü'), fc.oneof(fc.string(), fc.integer())),
  { minLength: 1, maxLength: signalsPerMessageMax },
)
const introductions = fc.array(fc.record({ member: memberIds, initiate: fc.boolean() }), {
  maxLength: linksMax,
})
const rosters = fc.array(
  fc.record(
    { member: memberIds, role: roles, uploads: fc.boolean(), rendition: renditionIds },
    { requiredKeys: ['member', 'role', 'uploads'] },
  ),
  { maxLength: cellMembersMax },
)

export const policies: fc.Arbitrary<StreamPolicy> = fc.record(
  {
    p2p: fc.constantFrom(...p2pModes),
    uploadBytesPerSecondMax: counts,
  },
  { requiredKeys: ['p2p'] },
)

/** What a member is told of it. */
const toldPolicies: fc.Arbitrary<StreamPolicy> = fc.oneof(
  policies,
  fc.constant<StreamPolicy>({ p2p: 'off', reason: 'few-viewers' }),
)

/** What a member may say, in range, in every kind. */
export const trackerRequests: fc.Arbitrary<TrackerRequest> = fc
  .oneof(
    fc.record(
      {
        kind: fc.constant('join' as const),
        version: fc.constant(1 as const),
        stream: fc.string({ minLength: 1, maxLength: 256 }).map((id) => id as StreamId),
        member: memberIds,
        role: roles,
        uploads: fc.boolean(),
        rendition: renditionIds,
        latencyMs: counts,
        resume: secrets,
      },
      { requiredKeys: ['kind', 'version', 'stream', 'member', 'role', 'uploads'] },
    ),
    fc.record(
      {
        kind: fc.constant('update' as const),
        uploads: fc.boolean(),
        rendition: renditionIds,
        latencyMs: counts,
      },
      { requiredKeys: ['kind'] },
    ),
    fc.record({ kind: fc.constant('signal' as const), to: memberIds, signals }),
    fc.record({
      kind: fc.constant('seek' as const),
      count: fc.integer({ min: 1, max: linksMax }),
      except: fc.array(memberIds, { maxLength: cellMembersMax }),
    }),
    fc.record(
      {
        kind: fc.constant('report' as const),
        cdnBytes: counts,
        peerBytes: counts,
        uploadedBytes: counts,
        wastedBytes: counts,
        rescues: counts,
        links: counts,
        linksMade: counts,
        linksFailed: fc.record(
          { 'connection-failed': counts, 'offer-missing': counts, 'no-room': counts, other: counts },
          { requiredKeys: [] },
        ),
        stalls: counts,
        latencyMs: counts,
        uploadRule: fc.constantFrom(...uploadRules),
      },
      {
        requiredKeys: ['kind', 'cdnBytes', 'peerBytes', 'uploadedBytes', 'wastedBytes', 'rescues', 'links'],
      },
    ),
    fc.record({
      kind: fc.constant('accuse' as const),
      member: memberIds,
      segment: segments,
      block: counts,
      hash: base64Urls(32),
    }),
    fc.record({ kind: fc.constant('leave' as const) }),
  )
  .map((message) => structuredClone(message))

/** What the tracker may say, in range, in every kind. */
export const trackerReplies: fc.Arbitrary<TrackerReply> = fc
  .oneof(
    fc.record(
      {
        kind: fc.constant('joined' as const),
        member: memberIds,
        swarm: memberIds.map((id) => String(id) as SwarmId),
        resume: secrets,
        members: rosters,
        introductions,
        reportIntervalMs: fc.integer({ min: 1000, max: 600_000 }),
        policy: toldPolicies,
        digestKey: base64Urls(32),
      },
      { requiredKeys: ['kind', 'member', 'swarm', 'resume', 'members', 'introductions', 'reportIntervalMs'] },
    ),
    fc.record({ kind: fc.constant('policy' as const), policy: toldPolicies }),
    fc.record({ kind: fc.constant('playlist-edge' as const), edge: fc.base64String({ maxLength: 400 }) }),
    fc.record({
      kind: fc.constant('digests' as const),
      digests: fc.array(
        fc.record(
          {
            segment: segments,
            bytes: fc.integer({ min: 1, max: segmentBytesMax }),
            root: base64Urls(32),
            signature: base64Urls(64),
            hashes: fc.array(base64Urls(32), { maxLength: 8 }),
          },
          { requiredKeys: ['segment', 'bytes', 'root', 'signature'] },
        ),
        { minLength: 1, maxLength: 8 },
      ),
    }),
    fc.record({
      kind: fc.constant('roster' as const),
      present: rosters,
      gone: fc.array(memberIds, { maxLength: cellMembersMax }),
    }),
    fc.record({ kind: fc.constant('introduce' as const), introductions }),
    fc.record({ kind: fc.constant('signal' as const), from: memberIds, signals }),
    fc.record({
      kind: fc.constant('move' as const),
      url: fc.webUrl({ validSchemes: ['ws', 'wss'] }),
      afterMs: fc.integer({ min: 0, max: 600_000 }),
    }),
    fc.record(
      {
        kind: fc.constant('error' as const),
        code: fc.constantFrom(...trackerErrorCodes),
        message: fc.string({ maxLength: 1024 }),
        retryAfterMs: counts,
      },
      { requiredKeys: ['kind', 'code', 'message'] },
    ),
  )
  .map((message) => structuredClone(message))

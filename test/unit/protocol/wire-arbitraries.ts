import fc from 'fast-check'
import { blockCount } from '../../../protocol/block.js'
import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import {
  cdnPacePermilleMax,
  claimHopsMax,
  hashesPerMessageMax,
  playlistTailLengthMax,
  runsPerMessageMax,
  segmentBytesMax,
} from '../../../protocol/limits.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { BlockRun, WireMessage } from '../../../protocol/wire-messages.js'

export const blocksMax = blockCount(segmentBytesMax)

/** Every value that a field may take, ends of its range included, for each kind of wire message. */
const handle = fc.integer({ min: 0, max: 0xffff_ffff })
const count = fc.oneof(fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER), fc.nat(10))

export const renditionIds: fc.Arbitrary<RenditionId> = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 64 })
  .map((codes) => String.fromCharCode(...codes) as RenditionId)

export const memberIds: fc.Arbitrary<MemberId> = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => Buffer.from(bytes).toString('hex') as MemberId)

export const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 })

const wholeSegments = fc.record({ rendition: renditionIds, discontinuity: count, sequence: count })
const byteRanges = fc
  .tuple(count, count)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ rangeStart: Math.min(a, b), rangeEnd: Math.max(a, b) }))
export const segments: fc.Arbitrary<SegmentIdentity> = fc
  .oneof(
    wholeSegments,
    fc.tuple(wholeSegments, byteRanges).map(([segment, range]) => ({ ...segment, ...range })),
  )
  .map((segment) => ({ ...segment }))

function blockRuns(countMin: number): fc.Arbitrary<BlockRun> {
  return fc
    .integer({ min: 0, max: blocksMax - countMin })
    .chain((first) =>
      fc.record({ first: fc.constant(first), count: fc.integer({ min: countMin, max: blocksMax - first }) }),
    )
}

const claimFields = {
  segment: segments,
  claimant: memberIds,
  run: blockRuns(0),
  hops: fc.integer({ min: 0, max: claimHopsMax }),
}

const anyMessage: fc.Arbitrary<WireMessage> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('hello' as const),
      version: fc.integer({ min: 1, max: 255 }),
      uploads: fc.boolean(),
      rendition: renditionIds,
    },
    { requiredKeys: ['kind', 'version', 'uploads'] },
  ),
  fc.record({ kind: fc.constant('follow' as const), rendition: renditionIds }),
  fc.record({ kind: fc.constant('doing' as const), handle, segment: segments }),
  fc.record({
    kind: fc.constant('holds' as const),
    handle,
    runs: fc.array(blockRuns(1), { minLength: 1, maxLength: runsPerMessageMax }),
  }),
  fc.record({
    kind: fc.constant('have' as const),
    handle,
    bytes: fc.integer({ min: 1, max: segmentBytesMax }),
  }),
  fc.record({
    kind: fc.constant('ends' as const),
    handle,
    bytes: fc.integer({ min: 1, max: segmentBytesMax }),
  }),
  fc.record({
    kind: fc.constant('cdn-pace' as const),
    permille: fc.integer({ min: 1, max: cdnPacePermilleMax }),
  }),
  fc.record({ kind: fc.constant('shortage' as const), tenths: fc.integer({ min: 0, max: 10 }) }),
  fc.tuple(count, count).chain(([a, b]) =>
    fc.record({
      kind: fc.constant('playlist-edge' as const),
      rendition: renditionIds,
      first: fc.constant(Math.min(a, b)),
      last: fc.constant(Math.max(a, b)),
      tail: fc.string({ minLength: 1, maxLength: playlistTailLengthMax }),
      hash: hashes,
      signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    }),
  ),
  fc.record({ kind: fc.constant('lost' as const), handle }),
  fc.record({ kind: fc.constant('claim' as const), ...claimFields }),
  fc.record({ kind: fc.constant('unclaim' as const), ...claimFields }),
  fc.record({ kind: fc.constant('digest-held' as const), segment: segments }),
  fc.record({ kind: fc.constant('digest-asked' as const), segment: segments }),
  fc.record({
    kind: fc.constant('digest' as const),
    segment: segments,
    first: fc.integer({ min: 0, max: blocksMax - hashesPerMessageMax }),
    hashes: fc.array(hashes, { minLength: 1, maxLength: hashesPerMessageMax }),
  }),
)

/** Cloned, because fast-check likes objects without a prototype, which no decoder makes. */
export const wireMessages: fc.Arbitrary<WireMessage> = anyMessage.map((message) => structuredClone(message))

import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { isRenditionId, type MemberId, type RenditionId } from './ids.js'
import {
  cdnPacePermilleMax,
  claimHopsMax,
  hashesPerMessageMax,
  playlistTailLengthMax,
  runsPerMessageMax,
  segmentBytesMax,
  wireMessageBytesMax,
} from './limits.js'
import { blockCount } from './block.js'
import { hashBytes } from './merkle-tree.js'
import { failure, success, type Result } from './result.js'
import { readSegment, writeSegment } from './segment-bytes.js'
import { writePlaylistEdge, type SignedPlaylistEdge } from './playlist-edge.js'
import { signatureBytes, type HashList } from './segment-digest.js'
import type { SegmentIdentity } from './segment-key.js'

/**
 * What members say to each other beside blocks: the payload of the `prism` extension message (BEP 10) on a link.
 * Blocks themselves travel as BitTorrent `request`, `piece`, `cancel` and `reject`, whose piece index is a
 * handle: a number by which the sender of `doing` names a segment on this one link.
 */
export type WireMessage =
  | {
      readonly kind: 'hello'
      readonly version: number
      readonly uploads: boolean
      readonly rendition?: RenditionId
    }
  /** The sender now follows another rendition. */
  | { readonly kind: 'follow'; readonly rendition: RenditionId }
  /** "I am receiving this segment; on this link it is `handle`." Blocks held are told by `holds`. */
  | { readonly kind: 'doing'; readonly handle: number; readonly segment: SegmentIdentity }
  /** Blocks that the sender holds and had not told of yet. */
  | { readonly kind: 'holds'; readonly handle: number; readonly runs: readonly BlockRun[] }
  /** "I hold it whole, and it is `bytes` long." */
  | { readonly kind: 'have'; readonly handle: number; readonly bytes: number }
  /** "It is `bytes` long", from a sender that saw its end, and lacks some of the rest. */
  | { readonly kind: 'ends'; readonly handle: number; readonly bytes: number }
  /** "I no longer hold it." The handle is not used again on this link. */
  | { readonly kind: 'lost'; readonly handle: number }
  /** `claimant` fetches these blocks of the segment from the CDN for the cell. `hops` counts the links passed. */
  | {
      readonly kind: 'claim'
      readonly segment: SegmentIdentity
      readonly claimant: MemberId
      readonly run: ClaimedRun
      readonly hops: number
    }
  /** `claimant` does not fetch it after all. */
  | {
      readonly kind: 'unclaim'
      readonly segment: SegmentIdentity
      readonly claimant: MemberId
      readonly run: ClaimedRun
      readonly hops: number
    }
  /** How fast the CDN is for the sender, in thousandths of what it was when it said so first. */
  | { readonly kind: 'cdn-pace'; readonly permille: number }
  /** How much of its last segments neighbours did not bring in time to the sender, in tenths: 10 is all. */
  | { readonly kind: 'shortage'; readonly tenths: number }
  /** "I have the hash list of this segment, and it fits the signed root." */
  | { readonly kind: 'digest-held'; readonly segment: SegmentIdentity }
  /** Asks for the hash list that the other side said to have. */
  | { readonly kind: 'digest-asked'; readonly segment: SegmentIdentity }
  /** Part of the hash list: the hashes of consecutive blocks, 32 bytes each. */
  | {
      readonly kind: 'digest'
      readonly segment: SegmentIdentity
      readonly first: number
      readonly hashes: HashList
    }
  /** What a live playlist has come to, in the words of the tracker, passed on. */
  | ({ readonly kind: 'playlist-edge' } & SignedPlaylistEdge)

export type ClaimMessage = Extract<WireMessage, { kind: 'claim' | 'unclaim' }>

/** Consecutive blocks: `count` of them from `first`. */
export interface BlockRun {
  readonly first: number
  readonly count: number
}

/** Consecutive blocks to be fetched; a `count` of 0 means up to the end of the segment, wherever that is. */
export type ClaimedRun = BlockRun

export type WireCode = 'empty' | 'oversized' | 'unknown-kind' | 'truncated' | 'out-of-range'

export const wireVersion = 1

const kindBytes = {
  hello: 1,
  follow: 2,
  doing: 3,
  holds: 4,
  have: 5,
  lost: 6,
  claim: 7,
  unclaim: 8,
  'digest-held': 9,
  'digest-asked': 10,
  digest: 11,
  ends: 12,
  'cdn-pace': 13,
  'playlist-edge': 14,
  shortage: 15,
} as const
const blocksMax = blockCount(segmentBytesMax)

/** Encodes a message whose numbers are in range, as everything that our own engine sends is. */
export function encodeWireMessage(message: WireMessage): Uint8Array {
  const writer = new ByteWriter().u8(kindBytes[message.kind])
  switch (message.kind) {
    case 'hello':
      writer
        .u8(message.version)
        .u8(message.uploads ? 1 : 0)
        .ascii(message.rendition ?? '')
      break
    case 'follow':
      writer.ascii(message.rendition)
      break
    case 'doing':
      writeSegment(writer.u32(message.handle), message.segment)
      break
    case 'holds':
      writer.u32(message.handle).u8(message.runs.length)
      for (const run of message.runs) writer.u32(run.first).u32(run.count)
      break
    case 'have':
    case 'ends':
      writer.u32(message.handle).u32(message.bytes)
      break
    case 'lost':
      writer.u32(message.handle)
      break
    case 'claim':
    case 'unclaim':
      writeSegment(writer, message.segment)
        .hexId(message.claimant)
        .u32(message.run.first)
        .u32(message.run.count)
        .u8(message.hops)
      break
    case 'cdn-pace':
      writer.u32(message.permille)
      break
    case 'shortage':
      writer.u8(message.tenths)
      break
    case 'digest-held':
    case 'digest-asked':
      writeSegment(writer, message.segment)
      break
    case 'digest':
      writeSegment(writer, message.segment).u32(message.first).u8(message.hashes.length)
      for (const hash of message.hashes) writer.bytes(hash)
      break
    case 'playlist-edge':
      writePlaylistEdge(writer, message).bytes(message.signature)
      break
  }
  return writer.finish()
}

/** Decodes what a neighbour sent. Never throws; trailing bytes count as a truncated or foreign message. */
export function decodeWireMessage(bytes: Uint8Array): Result<WireMessage, WireCode> {
  if (bytes.length === 0) return failure('empty', 'a prism message has at least one byte')
  if (bytes.length > wireMessageBytesMax) {
    return failure(
      'oversized',
      `a prism message has at most ${wireMessageBytesMax} bytes, this one ${bytes.length}`,
    )
  }
  const reader = new ByteReader(bytes)
  const kindByte = reader.u8()
  const message = readBody(kindByte, reader)
  if (message === 'unknown-kind') return failure('unknown-kind', `no prism message has kind ${kindByte}`)
  if (!reader.finished) return failure('truncated', `prism message of kind ${kindByte} has a wrong length`)
  if (message === 'out-of-range')
    return failure('out-of-range', `a number in prism message ${kindByte} is out of range`)
  return success(message)
}

function readBody(kindByte: number, reader: ByteReader): WireMessage | 'unknown-kind' | 'out-of-range' {
  switch (kindByte) {
    case kindBytes.hello:
      return readHello(reader)
    case kindBytes.follow: {
      const rendition = reader.ascii()
      return isRenditionId(rendition) ? { kind: 'follow', rendition } : 'out-of-range'
    }
    case kindBytes.doing: {
      const handle = reader.u32()
      const segment = readSegment(reader)
      return segment ? { kind: 'doing', handle, segment } : 'out-of-range'
    }
    case kindBytes.holds:
      return readHolds(reader)
    case kindBytes.have:
    case kindBytes.ends: {
      const handle = reader.u32()
      const bytes = reader.u32()
      const kind = kindByte === kindBytes.have ? 'have' : 'ends'
      return bytes > 0 && bytes <= segmentBytesMax ? { kind, handle, bytes } : 'out-of-range'
    }
    case kindBytes.lost:
      return { kind: 'lost', handle: reader.u32() }
    case kindBytes.claim:
      return readClaim('claim', reader)
    case kindBytes.unclaim:
      return readClaim('unclaim', reader)
    case kindBytes['cdn-pace']: {
      const permille = reader.u32()
      const inRange = permille > 0 && permille <= cdnPacePermilleMax
      return inRange ? { kind: 'cdn-pace', permille } : 'out-of-range'
    }
    case kindBytes.shortage: {
      const tenths = reader.u8()
      return tenths <= 10 ? { kind: 'shortage', tenths } : 'out-of-range'
    }
    case kindBytes['digest-held']:
    case kindBytes['digest-asked']: {
      const segment = readSegment(reader)
      const kind = kindByte === kindBytes['digest-held'] ? 'digest-held' : 'digest-asked'
      return segment ? { kind, segment } : 'out-of-range'
    }
    case kindBytes.digest:
      return readDigest(reader)
    case kindBytes['playlist-edge']:
      return readPlaylistEdge(reader)
    default:
      return 'unknown-kind'
  }
}

function readHello(reader: ByteReader): WireMessage | 'out-of-range' {
  const version = reader.u8()
  const flags = reader.u8()
  const rendition = reader.ascii()
  if (version === 0 || flags > 1) return 'out-of-range'
  const hello = { kind: 'hello', version, uploads: flags === 1 } as const
  if (rendition === '') return hello
  return isRenditionId(rendition) ? { ...hello, rendition } : 'out-of-range'
}

function readHolds(reader: ByteReader): WireMessage | 'out-of-range' {
  const handle = reader.u32()
  const count = reader.u8()
  const runs: BlockRun[] = []
  let valid = count > 0 && count <= runsPerMessageMax
  for (let index = 0; index < count && reader.intact; index += 1) {
    const run = { first: reader.u32(), count: reader.u32() }
    if (run.count === 0 || run.first + run.count > blocksMax) valid = false
    runs.push(run)
  }
  return valid ? { kind: 'holds', handle, runs } : 'out-of-range'
}

function readDigest(reader: ByteReader): WireMessage | 'out-of-range' {
  const segment = readSegment(reader)
  const first = reader.u32()
  const count = reader.u8()
  const hashes: Uint8Array[] = []
  while (hashes.length < count && reader.intact) hashes.push(reader.bytesOf(hashBytes))
  const inRange = count > 0 && count <= hashesPerMessageMax && first + count <= blocksMax
  return segment && inRange ? { kind: 'digest', segment, first, hashes } : 'out-of-range'
}

function readPlaylistEdge(reader: ByteReader): WireMessage | 'out-of-range' {
  const rendition = reader.ascii()
  const first = reader.u53()
  const last = reader.u53()
  const tail = reader.utf16(playlistTailLengthMax)
  const hash = reader.bytesOf(hashBytes)
  const signature = reader.bytesOf(signatureBytes)
  const inRange = isRenditionId(rendition) && first <= last && tail !== ''
  return inRange ? { kind: 'playlist-edge', rendition, first, last, tail, hash, signature } : 'out-of-range'
}

function readClaim(kind: 'claim' | 'unclaim', reader: ByteReader): WireMessage | 'out-of-range' {
  const segment = readSegment(reader)
  const claimant = reader.hexId() as MemberId
  const run = { first: reader.u32(), count: reader.u32() }
  const hops = reader.u8()
  if (!segment || run.first + run.count > blocksMax || hops > claimHopsMax) return 'out-of-range'
  return { kind, segment, claimant, run, hops }
}

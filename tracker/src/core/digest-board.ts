import { byTurns } from '../../../protocol/by-turns.js'
import { toBase64Url } from '../../../protocol/base64url.js'
import { isAudioRendition, type RenditionId } from '../../../protocol/ids.js'
import {
  digestListHoldersMax,
  digestsPerMessageMax,
  playlistEdgeHoldersMax,
} from '../../../protocol/limits.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import {
  encodeTrackerMessage,
  type AccuseRequest,
  type DigestsReply,
} from '../../../protocol/tracker-messages.js'
import { encodeWireMessage } from '../../../protocol/wire-messages.js'
import type { Cell } from './cell.js'
import type { Member } from './member.js'
import type { Outbox } from './outbox.js'
import type { Swarm } from './swarm.js'

/** A digest with its whole hash list, as the witness makes it; with an empty one, where another process knows it. */
export type WitnessedDigest = Required<DigestsReply['digests'][number]>

/** What a joiner may have to play now, and what came since it last asked: a window of 6 segments, twice. */
const recentPerRenditionMax = 16
/** Renditions of a stream of which digests are kept: those of a rich ladder, and its sound. */
const renditionsMax = 16
/** Characters of hash lists in what a joiner is told; with the digests themselves, within one message. */
const listCharactersMax = 32_000
const hashCharacters = 46

/**
 * Tells members the digests of their stream: each new one to everybody who follows its rendition, with the hash list for
 * a few of each cell, by turns; and the recent ones to those who join or switch. Keeps the recent ones of swarms that
 * have members.
 */
export class DigestBoard {
  private readonly recent = new WeakMap<Swarm, Map<RenditionId, Map<SegmentKey, WitnessedDigest>>>()

  constructor(private readonly outbox: Outbox) {}

  /**
   * New digests of one stream, oldest first. What is known already is not told again: two processes of a fleet may witness
   * the same segment. Returns those of segments that none was known of.
   */
  publish(swarm: Swarm, digests: readonly WitnessedDigest[]): WitnessedDigest[] {
    const first: WitnessedDigest[] = []
    for (const digest of digests) {
      const before = this.knownOf(swarm, digest.segment)
      if (!before) first.push(digest)
      const saysMore = digest.hashes.length > 0 && before?.hashes.length === 0
      if (before?.root === digest.root && !saysMore) continue
      this.keep(swarm, digest)
      for (const cell of swarm.cells) this.tellCell(cell, digest)
    }
    return first
  }

  /** What a playlist has come to, for a few of each cell, by turns: they tell the others. It is old with the next one. */
  tellEdge(swarm: Swarm, edge: SignedPlaylistEdge): void {
    const message = encodeWireMessage({ kind: 'playlist-edge', ...edge })
    const text = encodeTrackerMessage({ kind: 'playlist-edge', edge: toBase64Url(message) })
    for (const cell of swarm.cells) {
      const [holders] = byTurns(followersIn(cell, edge.rendition), playlistEdgeHoldersMax, edge.last)
      this.outbox.sendText(
        holders.map(({ connection }) => connection),
        text,
      )
    }
  }

  /** A member has joined, or follows another rendition. */
  greet(member: Member): void {
    const byRendition =
      this.recent.get(member.swarm) ?? new Map<RenditionId, Map<SegmentKey, WitnessedDigest>>()
    const due = [...byRendition]
      .filter(([rendition]) => follows(member, rendition))
      .flatMap(([, digests]) => [...digests.values()])
    let room = listCharactersMax
    const told = due.slice(-digestsPerMessageMax).toReversed()
    const digests = told.map((digest) => {
      room -= digest.hashes.length * hashCharacters
      return room >= 0 ? withList(digest) : withoutList(digest)
    })
    if (digests.length > 0) this.outbox.send(member.connection, { kind: 'digests', digests })
  }

  /**
   * What an accusation is worth. `false`: the block that the accuser says to have received is the right one, or there is
   * no such block. Everything else is one member's word about another.
   */
  judge(swarm: Swarm, { segment, block, hash }: AccuseRequest): 'false' | 'hearsay' {
    const digest = this.knownOf(swarm, segment)
    if (digest === undefined) return 'hearsay'
    const due = digest.hashes[block]
    return due === undefined || due === hash ? 'false' : 'hearsay'
  }

  private knownOf(swarm: Swarm, segment: SegmentIdentity): WitnessedDigest | undefined {
    return this.recent.get(swarm)?.get(segment.rendition)?.get(segmentKey(segment))
  }

  private keep(swarm: Swarm, digest: WitnessedDigest): void {
    let byRendition = this.recent.get(swarm)
    if (byRendition === undefined) this.recent.set(swarm, (byRendition = new Map()))
    const { rendition } = digest.segment
    let digests = byRendition.get(rendition)
    if (digests === undefined) {
      dropOldest(byRendition, renditionsMax - 1)
      byRendition.set(rendition, (digests = new Map()))
    }
    dropOldest(digests, recentPerRenditionMax - 1)
    digests.set(segmentKey(digest.segment), digest)
  }

  private tellCell(cell: Cell, digest: WitnessedDigest): void {
    const { rendition, sequence } = digest.segment
    const [holders, others] = byTurns(followersIn(cell, rendition), digestListHoldersMax, sequence)
    this.send(holders, withList(digest))
    this.send(others, withoutList(digest))
  }

  private send(members: readonly Member[], digest: DigestsReply['digests'][number]): void {
    const text = encodeTrackerMessage({ kind: 'digests', digests: [digest] })
    this.outbox.sendText(
      members.map(({ connection }) => connection),
      text,
    )
  }
}

function followersIn(cell: Cell, rendition: RenditionId): readonly Member[] {
  return [...cell.members.values()].filter((member) => follows(member, rendition))
}

/** Sound tracks are followed beside the picture, and who has not said what it follows may follow anything. */
function follows({ rendition: followed }: Member, rendition: RenditionId): boolean {
  return followed === undefined || followed === rendition || isAudioRendition(rendition)
}

/** With its hash list, if that is known here. */
function withList(digest: WitnessedDigest): DigestsReply['digests'][number] {
  return digest.hashes.length > 0 ? digest : withoutList(digest)
}

function withoutList({ segment, bytes, root, signature }: WitnessedDigest): DigestsReply['digests'][number] {
  return { segment, bytes, root, signature }
}

function dropOldest(map: Map<unknown, unknown>, sizeMax: number): void {
  for (const key of map.keys()) {
    if (map.size <= sizeMax) return
    map.delete(key)
  }
}

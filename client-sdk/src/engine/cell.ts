import { isAudioRendition, type MemberId, type RenditionId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'
import { rendezvousRank } from '../../../protocol/rendezvous.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import { segmentKey } from '../../../protocol/segment-key.js'
import { tuning } from './tuning.js'

/** The other members of the cell as the tracker last told them, and the order in which all would fetch a segment. */
export class Cell {
  private roster: readonly RosterEntry[] = []
  /** When there was somebody for the first time since this member was last alone. */
  private companySince: number | undefined
  /** When this member began to ask whether there is somebody; undefined once it was told. */
  private expectedSince: number | undefined

  constructor(private readonly self: MemberId) {}

  /** There may be others: the tracker will tell. */
  expect(now: number): void {
    this.expectedSince = now
  }

  replace(members: readonly RosterEntry[], now: number): void {
    this.expectedSince = undefined
    this.roster = members.filter((entry) => entry.member !== this.self)
    this.companySince = this.roster.length === 0 ? undefined : (this.companySince ?? now)
  }

  /** Members, this one included. */
  get size(): number {
    return this.roster.length + 1
  }

  /** Until when a member without neighbours may expect its first; undefined where nobody is expected. */
  get linkExpectedUntil(): number | undefined {
    const since = this.companySince ?? this.expectedSince
    return since === undefined ? undefined : since + tuning.linkPatienceMs
  }

  /**
   * How many members come before this one as fetchers of the segment. `neighbours` that the roster does not hold
   * (any more) are counted by what they said themselves; members known to follow another rendition, or to give
   * nothing, are not counted.
   */
  rank(segment: SegmentIdentity, neighbours: Iterable<CellNeighbour>): number {
    return rendezvousRank(this.self, this.candidates(segment.rendition, neighbours), segmentKey(segment))
  }

  /** Whether anybody else is known to give what they hold of this rendition. */
  hasGivers(rendition: RenditionId, neighbours: Iterable<CellNeighbour>): boolean {
    for (const _ of this.candidates(rendition, neighbours)) return true
    return false
  }

  /**
   * Where in the segment this member begins, as a share of its length: with what it asks of others, so that those who ask
   * the same giver ask for different blocks and can then swap; and with what it claims, so that claims that cross do not
   * overlap. Ranks 0, 1, 2, 3 ... begin at 0, 1/2, 1/4, 3/4 ...: those whose turns are close begin far apart.
   */
  startShare(segment: SegmentIdentity, neighbours: Iterable<CellNeighbour>): number {
    let share = 0
    let place = 0.5
    for (let rank = this.rank(segment, neighbours); rank > 0; rank = Math.floor(rank / 2)) {
      if (rank % 2 === 1) share += place
      place /= 2
    }
    return share
  }

  private *candidates(rendition: RenditionId, neighbours: Iterable<CellNeighbour>): Iterable<MemberId> {
    const counted = new Set<MemberId>()
    for (const entry of this.roster) {
      counted.add(entry.member)
      if (mayFetch(entry, rendition)) yield entry.member
    }
    for (const neighbour of neighbours) {
      if (!counted.has(neighbour.member) && mayFetch(neighbour, rendition)) yield neighbour.member
    }
  }
}

interface CellNeighbour {
  readonly member: MemberId
  readonly uploads: boolean
  readonly rendition?: RenditionId | undefined
}

function mayFetch(member: CellNeighbour, rendition: RenditionId): boolean {
  return member.uploads && (member.rendition === undefined || sameKind(member.rendition, rendition))
}

/** Members announce the rendition of their picture only; a separate sound track may be followed by anyone. */
function sameKind(followed: RenditionId, rendition: RenditionId): boolean {
  return followed === rendition || isAudioRendition(rendition)
}

import type { MemberId } from '../../../protocol/ids.js'
import { linksMax, neighboursTarget } from '../../../protocol/limits.js'
import type { ConnectionId } from '../../../tracker/src/core/tracker-input.js'
import type { Viewer } from './audience.js'

/** Share of pairs that find a way through their NATs (DESIGN, section 12). */
const connectedShare = 0.76

/** How often a member with too few links asks for more, in milliseconds; twice as slowly each time nothing came of it. */
const seekIntervalMinMs = 5000
const seekIntervalMaxMs = 60_000

/** A member as far as placement is concerned: whom it knows, whom it has links to, and when it asks for more. */
export class PlacedMember {
  readonly links = new Set<PlacedMember>()
  readonly roster = new Set<MemberId>()
  private readonly failed = new Set<MemberId>()
  private seekAtMs: number
  private seekIntervalMs = seekIntervalMinMs

  constructor(
    readonly id: MemberId,
    readonly connection: ConnectionId,
    readonly viewer: Viewer,
    nowMs: number,
  ) {
    this.seekAtMs = nowMs + seekIntervalMinMs
  }

  /** Makes the offer; what comes of it depends on the two lines alone, so that another try changes nothing. */
  offerTo(other: PlacedMember, pairDraw: number): void {
    if (this.links.has(other) || this.links.size >= linksMax || other.links.size >= linksMax) return
    if (pairDraw >= connectedShare) {
      this.failed.add(other.id)
      return
    }
    this.links.add(other)
    other.links.add(this)
    this.seekIntervalMs = seekIntervalMinMs
  }

  leave(): void {
    for (const other of this.links) {
      other.links.delete(this)
      other.seekIntervalMs = seekIntervalMinMs
    }
    this.links.clear()
  }

  /** How many more it asks for now, and whom it leaves out; undefined when it does not ask. */
  seek(nowMs: number): { count: number; except: MemberId[] } | undefined {
    const count = neighboursTarget - this.links.size
    if (count <= 0 || nowMs < this.seekAtMs) return undefined
    this.seekAtMs = nowMs + this.seekIntervalMs
    this.seekIntervalMs = Math.min(seekIntervalMaxMs, this.seekIntervalMs * 2)
    const except = [...[...this.links].map(({ id }) => id), ...this.failed]
    return { count, except: except.slice(0, 64) }
  }
}

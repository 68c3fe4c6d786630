import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import { reportedLatencyMsMax } from './bounds.js'
import { Crowd } from './crowd.js'
import type { Member } from './member.js'

/** Members of a swarm who know of each other, up to a bound. Keeps count of what they have in common. */
export class Cell {
  readonly members = new Map<MemberId, Member>()
  readonly givers = new Crowd()
  readonly takers = new Crowd()
  /** Somebody may have too few givers since one of them came or went. */
  unsettled = false
  private readonly followers = new Map<RenditionId, number>()
  private behindLiveSum = 0
  private behindLiveCount = 0

  /** `id` numbers the cell within its tracker, for people who look at the statistics. */
  constructor(
    readonly id: number,
    readonly membersMax: number,
  ) {}

  get hasRoom(): boolean {
    return this.members.size < this.membersMax
  }

  /** Renditions that members follow, with how many do. */
  get renditions(): ReadonlyMap<RenditionId, number> {
    return this.followers
  }

  /** How far its members are behind the live edge on average; undefined while none of them has said. */
  get behindLiveMs(): number | undefined {
    return this.behindLiveCount === 0 ? undefined : this.behindLiveSum / this.behindLiveCount
  }

  /** How many members are in a near group. */
  countOf(group: string): number {
    return this.givers.countOf(group) + this.takers.countOf(group)
  }

  /** The near groups that somebody is in; one with givers and takers comes twice. */
  *groups(): Iterable<string> {
    yield* this.givers.groupNames()
    yield* this.takers.groupNames()
  }

  add(member: Member): void {
    if (!this.hasRoom) throw new Error('bug: a member was put into a full cell')
    this.members.set(member.id, member)
    this.crowdOf(member).add(member)
    if (member.uploads) this.unsettled = true
    this.countFollower(member.rendition, 1)
    this.countPosition(member.behindLiveMs, 1)
  }

  remove(member: Member): void {
    this.members.delete(member.id)
    this.crowdOf(member).remove(member)
    if (member.uploads) this.unsettled = true
    this.countFollower(member.rendition, -1)
    this.countPosition(member.behindLiveMs, -1)
  }

  changeRendition(member: Member, rendition: RenditionId): void {
    this.countFollower(member.rendition, -1)
    member.rendition = rendition
    this.countFollower(rendition, 1)
  }

  changePosition(member: Member, latencyMs: number): void {
    this.countPosition(member.behindLiveMs, -1)
    member.behindLiveMs = Math.min(latencyMs, reportedLatencyMsMax)
    this.countPosition(member.behindLiveMs, 1)
  }

  changeUploads(member: Member, uploads: boolean): void {
    if (uploads === member.uploads) return
    this.crowdOf(member).remove(member)
    member.uploads = uploads
    this.crowdOf(member).add(member)
    for (const other of member.introduced.values()) other.giverPairs += uploads ? 1 : -1
    this.unsettled = true
  }

  private crowdOf({ uploads }: Member): Crowd {
    return uploads ? this.givers : this.takers
  }

  private countFollower(rendition: RenditionId | undefined, change: 1 | -1): void {
    if (rendition === undefined) return
    const count = (this.followers.get(rendition) ?? 0) + change
    if (count === 0) this.followers.delete(rendition)
    else this.followers.set(rendition, count)
  }

  private countPosition(behindLiveMs: number | undefined, change: 1 | -1): void {
    if (behindLiveMs === undefined) return
    this.behindLiveSum += change * behindLiveMs
    this.behindLiveCount += change
  }
}

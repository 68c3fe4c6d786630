import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'
import type { JoinRequest, UploadRule } from '../../../protocol/tracker-messages.js'
import type { Account } from './account.js'
import { apartMax, seekBurst, seeksPerSecond } from './bounds.js'
import type { BucketSlot } from './bucket.js'
import type { Cell } from './cell.js'
import { Pairings } from './pairings.js'
import type { Swarm } from './swarm.js'
import { TokenBucket } from './token-bucket.js'
import { noTotals, type Totals } from './totals.js'
import type { ConnectionId } from './tracker-input.js'

const seekRate = { burst: seekBurst, perSecond: seeksPerSecond }

/** One connection's membership of one swarm: it ends with the connection, and a member that returns is a new one. */
export class Member {
  readonly id: MemberId
  readonly role: RosterEntry['role']
  uploads: boolean
  rendition: RenditionId | undefined
  /** How far its playback is behind the live edge; undefined until it says. */
  behindLiveMs: number | undefined
  /** The other halves of the pairs this member is in; theirs name this member too. */
  readonly introduced = new Pairings<Member>()
  /** How many of these give. */
  giverPairs = 0
  /** Kept by the buckets that it lies in. */
  slots: readonly BucketSlot[] = []
  /** How often it was told to go to another process. */
  movesTold = 0
  /** How many introductions it has asked for; those that others asked for do not count. */
  introductionsSought = 0
  /** Accused from several networks: see {@link Reputations}. */
  isSuspect = false
  /** Members that it accused or was accused by, made with the first of them. */
  private apartFrom: Set<MemberId> | undefined
  private seekBucket: TokenBucket | undefined
  /** What holds its uploads back, as it told last. */
  uploadRule: UploadRule | undefined
  /** The last report, with which the next is compared, and when it came. */
  reported: Totals = noTotals

  constructor(
    readonly connection: ConnectionId,
    readonly swarm: Swarm,
    /** Changes when cells are parted or joined together. */
    public cell: Cell,
    request: JoinRequest,
    public reportedAt: number,
    /** What its introductions and signals use up. */
    readonly accounts: readonly Account[],
    /** Names of the groups it is near to others in, the nearest first. */
    readonly groups: readonly string[],
  ) {
    this.id = request.member
    this.role = request.role
    this.uploads = request.uploads
    this.rendition = request.rendition
  }

  /** What it may still seek. Made when it first does: most members never do, and it is memory for each. */
  seeksAt(now: number): TokenBucket {
    return (this.seekBucket ??= new TokenBucket(seekRate, now))
  }

  /** Whether it is not to be introduced to this member again. */
  isApartFrom(member: MemberId): boolean {
    return this.apartFrom?.has(member) === true
  }

  keepApartFrom(member: MemberId): void {
    this.apartFrom ??= new Set()
    const [oldest] = this.apartFrom
    if (this.apartFrom.size >= apartMax && oldest !== undefined) this.apartFrom.delete(oldest)
    this.apartFrom.add(member)
  }

  get takerPairs(): number {
    return this.introduced.size - this.giverPairs
  }

  rosterEntry(): RosterEntry {
    const entry = { member: this.id, role: this.role, uploads: this.uploads }
    return this.rendition === undefined ? entry : { ...entry, rendition: this.rendition }
  }
}

import { cellMembersMax } from '../../../protocol/limits.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { Introduction } from '../../../protocol/member.js'
import type { Clock } from '../ports/clock.js'

/**
 * How long an introduction may be acted on. An offer takes a second to arrive; the rest is for a queue of
 * connections in front of it, whose members have 15 s each to connect or fail.
 */
export const invitationLifetimeMs = 20_000

interface Invitation {
  readonly initiate: boolean
  readonly cancelExpiry: () => void
}

/** The introductions that have not yet led to a connection: who may still connect, and who of us makes the offer. */
export class Invitations {
  private readonly waiting = new Map<MemberId, Invitation>()

  constructor(
    private readonly clock: Clock,
    private readonly expired: (member: MemberId, initiate: boolean) => void,
  ) {}

  get size(): number {
    return this.waiting.size
  }

  has(member: MemberId): boolean {
    return this.waiting.has(member)
  }

  members(): MemberId[] {
    return [...this.waiting.keys()]
  }

  /** The oldest member to whom an offer is due. */
  nextToOffer(): MemberId | undefined {
    for (const [member, invitation] of this.waiting) if (invitation.initiate) return member
    return undefined
  }

  /** A newer introduction replaces the one before; the oldest makes room when a whole cell is waiting. */
  add({ member, initiate }: Introduction): void {
    this.delete(member)
    const [oldest] = this.waiting.keys()
    if (this.waiting.size >= cellMembersMax && oldest !== undefined) this.delete(oldest)
    const cancelExpiry = this.clock.wake(this.clock.now() + invitationLifetimeMs, () => {
      this.waiting.delete(member)
      this.expired(member, initiate)
    })
    this.waiting.set(member, { initiate, cancelExpiry })
  }

  delete(member: MemberId): void {
    this.waiting.get(member)?.cancelExpiry()
    this.waiting.delete(member)
  }

  close(): void {
    for (const member of this.members()) this.delete(member)
  }
}

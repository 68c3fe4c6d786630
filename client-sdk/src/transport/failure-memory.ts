import { cellMembersMax } from '../../../protocol/limits.js'
import type { MemberId } from '../../../protocol/ids.js'

/**
 * How long a member is left alone after the first failure to link; doubled with each further one, up to the most. An attempt
 * that fails takes 15 s: where two are alone, one that failed by chance costs them 25 s without each other, not a minute.
 */
const avoidMs = 8_000
const avoidMsMax = 300_000

interface Failure {
  readonly count: number
  readonly until: number
}

/** Remembers for a while which members no link could be made to. Keeps at most as many as a cell has. */
export class FailureMemory {
  private readonly failures = new Map<MemberId, Failure>()

  record(member: MemberId, now: number): void {
    const count = (this.failures.get(member)?.count ?? 0) + 1
    const until = now + Math.min(avoidMsMax, avoidMs * 2 ** (count - 1))
    this.failures.delete(member)
    this.failures.set(member, { count, until })
    const [oldest] = this.failures.keys()
    if (this.failures.size > cellMembersMax && oldest !== undefined) this.failures.delete(oldest)
  }

  forgive(member: MemberId): void {
    this.failures.delete(member)
  }

  avoids(member: MemberId, now: number): boolean {
    return now < (this.failures.get(member)?.until ?? 0)
  }

  /** Members to be left alone now. */
  avoided(now: number): MemberId[] {
    return [...this.failures.keys()].filter((member) => this.avoids(member, now))
  }
}

import { cellMembersMax } from '../../../protocol/limits.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'

/** Everyone in the cell but this member, as the tracker last told it. Outlives the connection to the tracker. */
export class Roster {
  private readonly entries = new Map<MemberId, RosterEntry>()

  constructor(private readonly self: MemberId) {}

  replace(members: readonly RosterEntry[]): void {
    this.entries.clear()
    this.change(members, [])
  }

  /** Those who left make room before those who came. */
  change(present: readonly RosterEntry[], gone: readonly MemberId[]): void {
    for (const member of gone) this.entries.delete(member)
    for (const entry of present) {
      const fits = this.entries.size < cellMembersMax || this.entries.has(entry.member)
      if (fits && entry.member !== this.self) this.entries.set(entry.member, entry)
    }
  }

  list(): readonly RosterEntry[] {
    return [...this.entries.values()]
  }
}

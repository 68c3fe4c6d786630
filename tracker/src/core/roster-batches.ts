import type { MemberId } from '../../../protocol/ids.js'
import { cellMembersMax } from '../../../protocol/limits.js'
import type { RosterEntry } from '../../../protocol/member.js'
import { encodeTrackerMessage } from '../../../protocol/tracker-messages.js'
import type { Cell } from './cell.js'
import { DueQueue } from './due-queue.js'
import type { Outbox } from './outbox.js'
import { RosterPace } from './roster-pace.js'

/**
 * Tells cells who came, changed and went. Changes are collected for a moment and go out as one text, built once
 * per cell from what is true when it is sent; it therefore never contradicts the roster a joiner got meanwhile.
 * A member may find its own line in it.
 */
export class RosterBatches {
  private readonly changed = new Map<Cell, Set<MemberId>>()
  private readonly due: DueQueue<Cell>
  private readonly pace = new RosterPace()

  constructor(
    delayMs: number,
    private readonly outbox: Outbox,
  ) {
    this.due = new DueQueue(delayMs)
  }

  wakeAt(): number | undefined {
    const dueAt = this.due.wakeAt()
    return dueAt === undefined ? undefined : Math.max(dueAt, this.pace.freeAt)
  }

  /** Notes that this member's line is to be told to its cell. */
  mark(now: number, cell: Cell, member: MemberId): void {
    const marked = this.changed.get(cell)
    if (!marked) {
      this.changed.set(cell, new Set([member]))
      this.due.add(now, cell)
      return
    }
    // One message names at most as many members as a cell holds.
    if (marked.size === cellMembersMax && !marked.has(member)) {
      this.send(now, cell, marked)
      marked.clear()
    }
    marked.add(member)
  }

  /** Drops what was to be told to a cell that is no more. */
  forget(cell: Cell): void {
    this.changed.delete(cell)
    this.due.cancel(cell)
  }

  /** Sends what is due, as far as the pace allows, and returns the cells that were told. */
  sendDue(now: number): readonly Cell[] {
    const told: Cell[] = []
    while ((this.wakeAt() ?? Infinity) <= now) {
      const cell = this.due.takeFirst()
      const marked = cell && this.changed.get(cell)
      if (!cell || !marked) throw new Error('bug: a cell is due and has no changes')
      this.changed.delete(cell)
      this.send(now, cell, marked)
      told.push(cell)
    }
    return told
  }

  private send(now: number, cell: Cell, marked: ReadonlySet<MemberId>): void {
    const present: RosterEntry[] = []
    const gone: MemberId[] = []
    for (const id of marked) {
      const member = cell.members.get(id)
      if (member) present.push(member.rosterEntry())
      else gone.push(id)
    }
    const receivers = []
    for (const member of cell.members.values()) {
      const onlyItself = marked.size === 1 && marked.has(member.id)
      if (!onlyItself) receivers.push(member.connection)
    }
    if (receivers.length === 0) return
    this.pace.spend(now, receivers.length)
    this.outbox.sendText(receivers, encodeTrackerMessage({ kind: 'roster', present, gone }))
  }
}

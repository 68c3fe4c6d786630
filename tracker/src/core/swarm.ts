import type { MemberId, RenditionId, StreamId, SwarmId } from '../../../protocol/ids.js'
import { Cell } from './cell.js'
import { CellIndex } from './cell-index.js'
import type { Member } from './member.js'
import { RecentTraffic } from './recent-traffic.js'
import { noTotals, type Totals } from './totals.js'

/** Everyone on one stream. A member id is unique within it; its cells are never empty between two steps. */
export class Swarm {
  readonly members = new Map<MemberId, Member>()
  readonly cells = new Set<Cell>()
  /** What its members moved, those who left included. */
  totals: Totals = noTotals
  readonly recent = new RecentTraffic()
  readonly index = new CellIndex()
  /** Too few watch it for P2P. */
  isThin = false
  /** When a digest of it last came. */
  digestedAt = -Infinity
  /** When one of its cells was last given up. */
  gaveUpAt = -Infinity

  constructor(
    readonly stream: StreamId,
    readonly id: SwarmId,
    readonly cellMembersMax: number,
  ) {}

  /** A new cell, for somebody who comes into it in the same step. */
  found(cellId: number): Cell {
    const cell = new Cell(cellId, this.cellMembersMax)
    this.cells.add(cell)
    return cell
  }

  add(member: Member): void {
    this.members.set(member.id, member)
    this.enter(member)
  }

  remove(member: Member): void {
    this.members.delete(member.id)
    this.quit(member)
  }

  /** From one cell into another, with its pairs. */
  move(member: Member, cell: Cell): void {
    this.quit(member)
    member.cell = cell
    this.enter(member)
  }

  changeRendition(member: Member, rendition: RenditionId): void {
    const { cell, rendition: before } = member
    cell.changeRendition(member, rendition)
    if (before !== undefined) this.index.renditionLeft(cell, before)
    this.index.renditionTaken(cell, rendition)
  }

  /** Called when a cell has lost a member for good. */
  freeIfEmpty(cell: Cell): boolean {
    return cell.members.size === 0 && this.cells.delete(cell)
  }

  private enter(member: Member): void {
    member.cell.add(member)
    this.index.added(member.cell, member)
  }

  private quit(member: Member): void {
    member.cell.remove(member)
    this.index.removed(member.cell, member)
  }
}

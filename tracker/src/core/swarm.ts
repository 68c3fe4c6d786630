import type { MemberId, StreamId, SwarmId } from '../../../protocol/ids.js'
import { Cell } from './cell.js'
import type { Member } from './member.js'
import type { Joiner, Placement } from './placement.js'
import { RecentTraffic } from './recent-traffic.js'
import { noTotals, type Totals } from './totals.js'

/** Everyone on one stream. A member id is unique within it; its cells are never empty between two steps. */
export class Swarm {
  readonly members = new Map<MemberId, Member>()
  readonly cells = new Set<Cell>()
  /** What its members moved, those who left included. */
  totals: Totals = noTotals
  readonly recent = new RecentTraffic()
  private readonly cellsWithRoom = new Set<Cell>()

  constructor(
    readonly stream: StreamId,
    readonly id: SwarmId,
  ) {}

  /** The cell for a joiner; a new one, numbered by `nextCellId`, where there is no room. */
  cellFor(joiner: Joiner, placement: Placement, nextCellId: () => number): Cell {
    const chosen = placement.choose(this.cellsWithRoom, joiner)
    if (chosen) return chosen
    const cell = new Cell(nextCellId())
    this.cells.add(cell)
    this.cellsWithRoom.add(cell)
    return cell
  }

  add(member: Member): void {
    this.members.set(member.id, member)
    member.cell.add(member)
    if (!member.cell.hasRoom) this.cellsWithRoom.delete(member.cell)
  }

  remove(member: Member): void {
    this.members.delete(member.id)
    member.cell.remove(member)
    this.cellsWithRoom.add(member.cell)
  }

  /** Called when a cell has lost a member for good. */
  freeIfEmpty(cell: Cell): boolean {
    if (cell.members.size > 0) return false
    this.cells.delete(cell)
    this.cellsWithRoom.delete(cell)
    return true
  }
}

import { encodeTrackerMessage } from '../../../protocol/tracker-messages.js'
import type { Cell } from './cell.js'
import type { Member } from './member.js'
import type { Outbox } from './outbox.js'
import { bestCell, candidates, hasCellsToSpare } from './placement.js'
import type { RosterBatches } from './roster-batches.js'
import type { Swarm } from './swarm.js'

/** How full two cells that are joined together are at most: an eighth is left, so that they are not parted soon after. */
const joinedShareMax = 7 / 8

/** Between two cells of a swarm that are given up, so that half an audience that leaves does not move the other half at once. */
const givenUpEveryMs = 1000

/**
 * Parts cells and gives cells up. Those who move keep their swarm, their links and their pairs; they learn of the move
 * from one roster message like any other, which takes the old cell's members out and puts the new one's in.
 */
export class CellMoves {
  constructor(
    private readonly rosters: RosterBatches,
    private readonly outbox: Outbox,
  ) {}

  /** Makes the members of a group a cell of their own; the smaller part is the one that moves. */
  part(now: number, swarm: Swarm, cell: Cell, group: string, newCellId: number): void {
    const inGroup = [...cell.members.values()].filter(({ groups }) => groups.includes(group))
    const others = [...cell.members.values()].filter(({ groups }) => !groups.includes(group))
    this.move(now, swarm, inGroup.length < others.length ? inGroup : others, swarm.found(newCellId))
  }

  /**
   * Gives up a cell that is smaller than most if the swarm has cells to spare: all of it goes into another one if two fit
   * in one, else each member where it fits best.
   */
  giveUp(now: number, cell: Cell): void {
    const members = [...cell.members.values()]
    const [first] = members
    if (!first) return
    const { swarm } = first
    const isSmall = members.length * swarm.cells.size <= swarm.members.size
    if (!isSmall || !hasCellsToSpare(swarm) || now < swarm.gaveUpAt + givenUpEveryMs) return
    swarm.gaveUpAt = now
    const fits = ({ membersMax, members: { size } }: Cell) =>
      size + members.length <= membersMax * joinedShareMax
    const whole = this.targetFor(first, fits)
    if (whole) this.move(now, swarm, members, whole)
    else {
      for (const member of members) {
        const target = this.targetFor(member, () => true)
        if (target) this.move(now, swarm, [member], target)
      }
    }
    if (swarm.freeIfEmpty(cell)) this.rosters.forget(cell)
  }

  private targetFor(member: Member, fits: (cell: Cell) => boolean): Cell | undefined {
    const others = [...candidates(member.swarm, member)]
    return bestCell(
      others.filter((other) => other !== member.cell && fits(other)),
      member,
    )
  }

  private move(now: number, swarm: Swarm, movers: readonly Member[], target: Cell): void {
    const [before] = movers.map(({ cell }) => cell)
    if (!before) return
    for (const member of movers) {
      swarm.move(member, target)
      this.rosters.mark(now, before, member.id)
      this.rosters.mark(now, target, member.id)
    }
    before.unsettled = true
    target.unsettled = true
    const present = [...target.members.values()].map((member) => member.rosterEntry())
    const gone = [...before.members.keys()]
    const connections = movers.map(({ connection }) => connection)
    this.outbox.sendText(connections, encodeTrackerMessage({ kind: 'roster', present, gone }))
  }
}

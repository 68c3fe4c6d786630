import type { RenditionId } from '../../../protocol/ids.js'
import type { Cell } from './cell.js'
import type { Swarm } from './swarm.js'

/** What is known of a joiner when its cell is chosen. */
export interface Joiner {
  readonly rendition: RenditionId | undefined
  /** Names of its near groups, the nearest first. */
  readonly groups: readonly string[]
  readonly behindLiveMs: number | undefined
}

/**
 * - `enter`: a cell with room
 * - `part`: the members of a group in a full cell become a cell of their own, and both have room then
 * - `found`: a new cell
 */
export type PlacementChoice =
  | { readonly kind: 'enter'; readonly cell: Cell }
  | { readonly kind: 'part'; readonly cell: Cell; readonly group: string }
  | { readonly kind: 'found' }

/** Cells compared for each near group, and beside them: enough for a choice, and a bound on the cost of a join. */
const cellsPerTrait = 4
const cellsAnyway = 8

/** Members of its near group that are company enough for a joiner to look no further. */
const companyMin = 8

/**
 * Free places that a swarm may have more than it needs: an eighth. Every cell costs the CDN a copy of each segment, so
 * being near is worth that much and no more.
 */
const spareShare = 1 / 8

/**
 * Chooses the cell of a joiner: one with room where its rendition is followed, its network is near, the play position is
 * similar, in this order of weight; of equals the fullest. A full cell is parted where no other has room, or where that
 * brings the joiner to its network and the swarm can afford one cell more.
 */
export function choosePlacement(swarm: Swarm, joiner: Joiner): PlacementChoice {
  const best = bestCell(candidates(swarm, joiner), joiner)
  const mayPart = best === undefined || sparePlaces(swarm) + swarm.cellMembersMax <= sparePlacesMax(swarm)
  const part = mayPart ? partNearTo(swarm, joiner, best) : undefined
  if (part) return part
  if (best) return { kind: 'enter', cell: best }
  const partable = swarm.index.anyPartable
  return partable ? { kind: 'part', ...partable } : { kind: 'found' }
}

/** Of the ways to part a full cell into those near the joiner and the others, the most even: both parts live on. */
function partNearTo(
  { index }: Swarm,
  { groups }: Joiner,
  best: Cell | undefined,
): PlacementChoice | undefined {
  let choice: PlacementChoice | undefined
  let leastUneven = Infinity
  for (const group of groups) {
    if (best && best.countOf(group) >= companyMin) break
    const cell = index.partableBy(group)
    const uneven = cell ? Math.abs(cell.countOf(group) - cell.membersMax / 2) : Infinity
    if (!cell || uneven >= leastUneven) continue
    leastUneven = uneven
    choice = { kind: 'part', cell, group }
  }
  return choice
}

/** Whether the swarm has more cells than it should. */
export function hasCellsToSpare(swarm: Swarm): boolean {
  return sparePlaces(swarm) > sparePlacesMax(swarm)
}

/** The best of the cells that hold a joiner and leave so much room afterwards. */
export function bestCell(cells: Iterable<Cell>, joiner: Joiner): Cell | undefined {
  let best: Cell | undefined
  let bestFit = -1
  for (const cell of cells) {
    const fit = fitOf(cell, joiner)
    if (fit <= bestFit) continue
    best = cell
    bestFit = fit
  }
  return best
}

/** Cells with room that have something in common with the joiner, and some others. */
export function candidates({ index }: Swarm, { rendition, groups }: Joiner): Set<Cell> {
  const cells = new Set<Cell>()
  for (const group of groups) take(cells, index.near(group), cellsPerTrait)
  if (rendition !== undefined) take(cells, index.following(rendition), cellsPerTrait)
  take(cells, index.withRoom, cellsAnyway)
  return cells
}

function take(taken: Set<Cell>, cells: Iterable<Cell>, count: number): void {
  let left = count
  for (const cell of cells) {
    if (left === 0) return
    left -= 1
    taken.add(cell)
  }
}

function sparePlaces({ members, cells, cellMembersMax }: Swarm): number {
  return cells.size * cellMembersMax - members.size
}

function sparePlacesMax({ members, cellMembersMax }: Swarm): number {
  return cellMembersMax + members.size * spareShare
}

/** How well a cell fits. The weights say in which order the reasons count; a reason that is not known counts nowhere. */
function fitOf(cell: Cell, { rendition, groups, behindLiveMs }: Joiner): number {
  const { size } = cell.members
  let near = 0
  for (const group of groups) near += cell.countOf(group)
  const nearShare = groups.length === 0 ? 0 : near / (groups.length * size)
  return (
    2 * renditionFit(cell, rendition) +
    8 * nearShare +
    positionFit(cell, behindLiveMs) +
    size / cell.membersMax / 2
  )
}

/** A quarter of a cell gives what a member wants as well as all of it would. */
function renditionFit(cell: Cell, rendition: RenditionId | undefined): number {
  if (rendition === undefined) return 0
  return Math.min(1, (4 * (cell.renditions.get(rendition) ?? 0)) / cell.members.size)
}

/** 1 up to 5 s apart, which is within everybody's buffer; 0 from 30 s, when one has dropped what the other wants. */
function positionFit(cell: Cell, behindLiveMs: number | undefined): number {
  if (behindLiveMs === undefined || cell.behindLiveMs === undefined) return 0.5
  const apartMs = Math.abs(cell.behindLiveMs - behindLiveMs)
  return Math.max(0, Math.min(1, (30_000 - apartMs) / 25_000))
}

import type { RenditionId } from '../../../protocol/ids.js'
import type { Cell } from './cell.js'
import type { Member } from './member.js'

/** Share of a cell that is worth a cell of its own: 12 of 64. And so much must be left in the other part. */
const partShareMin = 3 / 16

/**
 * The cells of one swarm, so that a joiner's are found without looking at all of them: those with room by the near groups
 * and the renditions of their members, and full ones by the groups along which they could be parted.
 */
export class CellIndex {
  /** Cells with room, those that got it first in front. */
  readonly withRoom = new Set<Cell>()
  private readonly roomByGroup = new Map<string, Set<Cell>>()
  private readonly roomByRendition = new Map<RenditionId, Set<Cell>>()
  private readonly partable = new Map<string, Set<Cell>>()
  private readonly partsOf = new Map<Cell, readonly string[]>()

  /** Cells with room in which somebody is in this near group. */
  near(group: string): Iterable<Cell> {
    return this.roomByGroup.get(group) ?? []
  }

  /** Cells with room in which somebody follows this rendition. */
  following(rendition: RenditionId): Iterable<Cell> {
    return this.roomByRendition.get(rendition) ?? []
  }

  /** A full cell of which the members of this group could be a cell of their own. */
  partableBy(group: string): Cell | undefined {
    return first(this.partable.get(group))
  }

  /** Any full cell that could be parted, and by which group. */
  get anyPartable(): { readonly cell: Cell; readonly group: string } | undefined {
    for (const [group, cells] of this.partable) {
      const cell = first(cells)
      if (cell) return { cell, group }
    }
    return undefined
  }

  /** The member is in the cell now. */
  added(cell: Cell, { groups, rendition }: Member): void {
    if (!cell.hasRoom) return this.filled(cell)
    this.withRoom.add(cell)
    for (const group of groups) insert(this.roomByGroup, group, cell)
    if (rendition !== undefined) insert(this.roomByRendition, rendition, cell)
  }

  /** The member is in the cell no more. */
  removed(cell: Cell, { groups, rendition }: Member): void {
    if (!this.withRoom.has(cell)) this.opened(cell)
    for (const group of groups) if (cell.countOf(group) === 0) drop(this.roomByGroup, group, cell)
    if (rendition !== undefined) this.renditionLeft(cell, rendition)
    if (cell.members.size === 0) this.withRoom.delete(cell)
  }

  renditionLeft(cell: Cell, rendition: RenditionId): void {
    if (!cell.renditions.has(rendition)) drop(this.roomByRendition, rendition, cell)
  }

  renditionTaken(cell: Cell, rendition: RenditionId): void {
    if (this.withRoom.has(cell)) insert(this.roomByRendition, rendition, cell)
  }

  private filled(cell: Cell): void {
    this.withRoom.delete(cell)
    for (const group of cell.groups()) drop(this.roomByGroup, group, cell)
    for (const rendition of cell.renditions.keys()) drop(this.roomByRendition, rendition, cell)
    const partMembersMin = cell.membersMax * partShareMin
    const parts = [...new Set(cell.groups())].filter((group) => {
      const size = cell.countOf(group)
      return size >= partMembersMin && size <= cell.membersMax - partMembersMin
    })
    for (const group of parts) insert(this.partable, group, cell)
    this.partsOf.set(cell, parts)
  }

  private opened(cell: Cell): void {
    this.withRoom.add(cell)
    for (const group of cell.groups()) insert(this.roomByGroup, group, cell)
    for (const rendition of cell.renditions.keys()) insert(this.roomByRendition, rendition, cell)
    for (const group of this.partsOf.get(cell) ?? []) drop(this.partable, group, cell)
    this.partsOf.delete(cell)
  }
}

function first(cells: ReadonlySet<Cell> | undefined): Cell | undefined {
  for (const cell of cells ?? []) return cell
  return undefined
}

function insert<Key>(index: Map<Key, Set<Cell>>, key: Key, cell: Cell): void {
  const cells = index.get(key)
  if (cells) cells.add(cell)
  else index.set(key, new Set([cell]))
}

function drop<Key>(index: Map<Key, Set<Cell>>, key: Key, cell: Cell): void {
  const cells = index.get(key)
  cells?.delete(cell)
  if (cells?.size === 0) index.delete(key)
}

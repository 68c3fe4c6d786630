import type { RenditionId } from '../../../protocol/ids.js'
import type { Cell } from './cell.js'

/** What is known of a joiner when its cell is chosen. Network nearness belongs here once it is known. */
export interface Joiner {
  readonly rendition: RenditionId | undefined
}

/** Chooses a joiner's cell among those with room; undefined asks for a new one. */
export interface Placement {
  choose(cellsWithRoom: Iterable<Cell>, joiner: Joiner): Cell | undefined
}

/**
 * A cell where the joiner's rendition is followed, so that it has something to take from the first segment on;
 * among those the fullest. Few, well-filled cells cost the CDN the fewest copies.
 */
export const fullestPlacement: Placement = {
  choose(cellsWithRoom, joiner) {
    let best: Cell | undefined
    for (const cell of cellsWithRoom) {
      if (best === undefined || isBetter(cell, best, joiner)) best = cell
    }
    return best
  },
}

function isBetter(cell: Cell, best: Cell, { rendition }: Joiner): boolean {
  if (rendition !== undefined) {
    const followed = cell.renditions.has(rendition)
    if (followed !== best.renditions.has(rendition)) return followed
  }
  return cell.members.size > best.members.size
}

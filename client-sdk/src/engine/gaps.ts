import { blockBytes } from '../../../protocol/block.js'
import type { ClaimedRun } from '../../../protocol/wire-messages.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** Consecutive blocks to be fetched, from `first` up to `end` (exclusive); to the end of the segment if undefined. */
export interface Gap {
  readonly first: number
  readonly end: number | undefined
}

/**
 * What is neither held, nor under way from the CDN, nor excluded. `end`: where the segment ends, in blocks, as far as
 * one knows. The last gap is open-ended, since only the CDN's own end of file says how long the segment is.
 */
export function gapsOf(task: Task, end: number, excluded: (index: number) => boolean): Gap[] {
  const { copy } = task
  const gaps: Gap[] = []
  let first: number | undefined
  for (let index = 0; index <= end; index += 1) {
    const isLeft = index < end && !copy.holds(index) && !task.fetching(index) && !excluded(index)
    if (isLeft) {
      first ??= index
    } else if (first !== undefined) {
      gaps.push({ first, end: index })
      first = undefined
    }
  }
  const last = gaps.at(-1)
  if (last?.end === end) gaps[gaps.length - 1] = { first: last.first, end: undefined }
  else if (task.copy.totalBytes === undefined && !task.fetching(end) && !excluded(end)) {
    gaps.push({ first: end, end: undefined })
  }
  return gaps
}

/** Whether {@link gapsOf} finds any. */
export function anyGap(task: Task, end: number, excluded: (index: number) => boolean): boolean {
  const { copy } = task
  for (let index = 0; index < end; index += 1) {
    if (!copy.holds(index) && !task.fetching(index) && !excluded(index)) return true
  }
  return copy.totalBytes === undefined && !task.fetching(end) && !excluded(end)
}

/**
 * Many small holes are dearer as requests than as bytes: until few are left, those two are fetched as one between
 * which least lies, and of these the first.
 */
export function merged(gaps: readonly Gap[]): readonly Gap[] {
  const left = [...gaps]
  while (left.length > tuning.rescueRunsMax) {
    let closest = 1
    for (let at = 2; at < left.length; at += 1) if (between(left, at) < between(left, closest)) closest = at
    const first = left[closest - 1]?.first ?? 0
    left.splice(closest - 1, 2, { first, end: left[closest]?.end })
  }
  return left
}

/** How many blocks lie between this gap and the one before it. */
function between(gaps: readonly Gap[], at: number): number {
  return (gaps[at]?.first ?? 0) - (gaps[at - 1]?.end ?? 0)
}

/**
 * As many blocks as asked for, out of one gap: the first gap that reaches beyond `start`, from there on; else the first
 * of all. A rest too small to be worth another's request is taken too.
 */
export function sliceOf(gaps: readonly Gap[], start: number, blocks: number, end: number): Gap | undefined {
  const gap = gaps.find((each) => (each.end ?? Number.POSITIVE_INFINITY) > start) ?? gaps[0]
  if (gap === undefined) return undefined
  const first = gap.first <= start && start < (gap.end ?? Math.max(end, gap.first + 1)) ? start : gap.first
  const sliceEnd = first + blocks + tuning.claimRestBlocksMax
  return sliceEnd >= (gap.end ?? end) ? { first, end: gap.end } : { first, end: first + blocks }
}

/** The gap as members tell it to each other. */
export function claimedRun({ first, end }: Gap): ClaimedRun {
  return { first, count: end === undefined ? 0 : end - first }
}

/** The blocks that a fetch of these bytes brings, as members tell it to each other. */
export function fetchedRun({
  from,
  to,
}: {
  readonly from: number
  readonly to: number | undefined
}): ClaimedRun {
  const first = from / blockBytes
  return claimedRun({ first, end: to === undefined ? undefined : to / blockBytes })
}

import { slopeBytesPerMinute } from '../../bench/tracker/memory-report.js'
import type { FuzzReport } from './fuzz-run.js'

/** Slope of the memory over the second half, when caches and queues have their size. */
export function growthPerMinute(footprints: FuzzReport['footprints']): number {
  const half = (footprints.at(-1)?.second ?? 0) / 2
  const points = footprints.filter(({ second }) => second >= half)
  return slopeBytesPerMinute(points.map(({ second, rssBytes }) => ({ second, rssBytes, connections: 0 })))
}

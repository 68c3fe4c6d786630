export { startTracker, type RunningTracker, type TrackerOptions } from './server/start-tracker.js'
export type { StatsDocument } from './server/stats-document.js'
export type { CellStats, StreamStats, TrackerStats, TrafficStats } from './core/tracker-stats.js'
export { PrismeshTrackerError, type PrismeshTrackerErrorCode } from './tracker-error.js'

import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** How often the histogram's timer fires. Its samples are whole intervals, so that this is what no delay looks like. */
const resolutionMs = 10
const everyMs = 250
const nanosecondsPerMs = 1e6

/** What the event loop did since it was measured before. */
export interface LoopLoad {
  /** Mean, in milliseconds. */
  readonly delayMs: number
  /** Share of time that it did not wait for something to do, 0 to 1. */
  readonly utilization: number
  /** Unknown before Node 20.18. */
  readonly turns: number | undefined
}

/**
 * Measures how late the event loop is and how much of its time it is at work, and tells four times a second; returns what
 * ends it.
 */
export function watchLoop(measured: (load: LoopLoad) => void): () => void {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  let turnsBefore = loopTurns()
  let timeBefore = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    // No sample at all: the loop has only just come back from something longer than a sample.
    const intervalMs = histogram.count === 0 ? everyMs : histogram.mean / nanosecondsPerMs
    histogram.reset()
    const turns = loopTurns()
    const time = performance.eventLoopUtilization()
    measured({
      delayMs: Math.max(0, intervalMs - resolutionMs),
      utilization: performance.eventLoopUtilization(time, timeBefore).utilization,
      turns: turns === undefined ? turns : turns - (turnsBefore ?? 0),
    })
    turnsBefore = turns
    timeBefore = time
  }, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    histogram.disable()
  }
}

function loopTurns(): number | undefined {
  // Not in the types of Node 20, whose later releases have it.
  const { uvMetricsInfo } = performance.nodeTiming as { uvMetricsInfo?: { loopCount: number } }
  return uvMetricsInfo?.loopCount
}

import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** How often the histogram's timer fires. Its samples are whole intervals, so that this is what no delay looks like. */
const resolutionMs = 10
const everyMs = 250
const nanosecondsPerMs = 1e6

/**
 * Measures how late the event loop is, and tells four times a second, with how many turns it took since (unknown before
 * Node 20.18); returns what ends it.
 */
export function watchLoopDelay(
  measured: (meanDelayMs: number, turns: number | undefined) => void,
): () => void {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  let turnsBefore = loopTurns()
  const timer = setInterval(() => {
    // No sample at all: the loop has only just come back from something longer than a sample.
    const intervalMs = histogram.count === 0 ? everyMs : histogram.mean / nanosecondsPerMs
    histogram.reset()
    const turns = loopTurns()
    measured(Math.max(0, intervalMs - resolutionMs), turns === undefined ? turns : turns - (turnsBefore ?? 0))
    turnsBefore = turns
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

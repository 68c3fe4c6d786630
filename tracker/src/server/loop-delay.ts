import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How often the histogram's timer fires. Its samples are whole intervals, so that this is what no delay looks like. */
const resolutionMs = 10
const everyMs = 250
const nanosecondsPerMs = 1e6

/** Measures how late the event loop is, and tells four times a second; returns what ends it. */
export function watchLoopDelay(measured: (meanDelayMs: number) => void): () => void {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  const timer = setInterval(() => {
    // No sample at all: the loop has only just come back from something longer than a sample.
    const intervalMs = histogram.count === 0 ? everyMs : histogram.mean / nanosecondsPerMs
    histogram.reset()
    measured(Math.max(0, intervalMs - resolutionMs))
  }, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    histogram.disable()
  }
}

/** A process of the grid: runs what it is sent, and answers with what came of it. */
import process from 'node:process'
import { run, type RunResult } from '../run.js'
import type { SimOptions } from '../sim-options.js'

/** A run's figures without its time series. */
export type PointResult = Omit<RunResult, 'series'>

process.on('message', (options: SimOptions) => {
  const { series: _, ...figures } = run(options)
  process.send?.(figures, () => process.disconnect())
})

import { fork } from 'node:child_process'
import type { SimOptions } from '../sim-options.js'
import type { PointResult } from './grid-point.js'

/** Makes the runs, each in a process of its own, so many at a time. The results are in the order of the options. */
export async function runPoints(
  points: readonly SimOptions[],
  processes: number,
  done: (result: PointResult) => void,
): Promise<readonly PointResult[]> {
  const results: PointResult[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < points.length; index = next++) {
      const options = points[index]
      if (options === undefined) return
      const result = await runPoint(options)
      results[index] = result
      done(result)
    }
  }
  await Promise.all(Array.from({ length: processes }, work))
  return results
}

function runPoint(options: SimOptions): Promise<PointResult> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('grid-point.js', import.meta.url))
    child.once('message', (result: PointResult) => resolve(result))
    child.once('error', reject)
    // After its answer, this comes too late to matter.
    child.once('exit', (code) => reject(new Error(`a run ended without a result, with code ${code}`)))
    child.send(options)
  })
}

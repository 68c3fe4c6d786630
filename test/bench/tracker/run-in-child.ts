import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { repoRoot } from '../../support/browser/repo-root.js'
import type { LoadPlan, LoadResult } from './load/plan.js'

/** Time beyond the measured span: connections to open, a warm-up, memory to settle. */
const graceMs = 180_000

/**
 * Carries a plan out in a process of its own, on a core of its own.
 *
 * @throws Error when that process fails
 */
export async function runInChild(plan: LoadPlan, core: number): Promise<LoadResult> {
  const script = join(repoRoot, 'build/test/bench/tracker/load-child.js')
  const child = spawn('taskset', ['-c', String(core), process.execPath, script, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: plan.seconds * 5000 + graceMs,
    killSignal: 'SIGKILL',
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the load generator ended with ${code ?? 'a signal'}`)
  return JSON.parse(text) as LoadResult
}

import { execFileSync } from 'node:child_process'
import { planNetwork, type NetworkPlan } from './network-plan.js'

/** Namespaces of this benchmark are named after it and the process that made them. */
const family = 'prismesh-bench-'

/** For one process's networks: a crashed one's are found by it. */
export const namespacePrefix = `${family}${process.pid}`

/**
 * What of the system the limited-uplink shapes need and do not find, as one sentence each; empty when all is there. Makes
 * a network of one viewer to see whether the kernel has what it takes, and removes it.
 */
export function missingForNamespaces(): string[] {
  if (process.platform !== 'linux') return ['network namespaces exist on Linux only']
  if (process.getuid?.() !== 0) return ['network namespaces can be made by root only']
  const programs = ['ip', 'tc'].filter((program) => !answers(program, ['-V']))
  if (programs.length > 0) return [`there is no program ${programs.join(', ')} (package iproute2)`]
  try {
    makeNetwork(planNetwork(namespacePrefix, [1000]))
    removeNamespaces()
    return []
  } catch (error) {
    return [`the kernel or the container refuses: ${error instanceof Error ? error.message : String(error)}`]
  }
}

/**
 * Carries the plan out.
 *
 * @throws Error with the command that the system refused, such as a kernel without `tbf`; what was made is gone again
 */
export function makeNetwork(plan: NetworkPlan): void {
  try {
    for (const [program, ...args] of plan.commands) run(program, args)
  } catch (error) {
    removeNamespaces()
    throw error
  }
}

/** Ends what runs in this process's namespaces, and removes them; those of processes that are no more, too. */
export function removeNamespaces(): void {
  for (const name of namespaces()) {
    const owner = Number(name.slice(family.length).split('-')[0])
    if (owner !== process.pid && isAlive(owner)) continue
    for (const pid of run('ip', ['netns', 'pids', name]).split('\n').filter(Boolean)) kill(Number(pid))
    run('ip', ['netns', 'del', name])
  }
}

function namespaces(): string[] {
  return run('ip', ['netns', 'list'])
    .split('\n')
    .flatMap((line) => line.split(' ')[0] ?? [])
    .filter((name) => name.startsWith(family))
}

function run(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    // What follows the first line is how the program is used.
    const said = (error as { stderr?: string }).stderr?.split('\n')[0]
    throw new Error(`\`${program} ${args.join(' ')}\` failed: ${said ?? String(error)}`, { cause: error })
  }
}

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

import { readdirSync, readFileSync } from 'node:fs'

/** What a process and all its descendants used, by the operating system's account. */
export interface ProcessUsage {
  /** User and system time since each process started, in seconds. */
  readonly cpuSeconds: number
  /** Proportional set size: shared pages are counted once over all processes. Bytes. */
  readonly memoryBytes: number
}

/** Linux counts CPU time in ticks of 10 ms on every platform that Node runs on (USER_HZ). */
const ticksPerSecond = 100

/**
 * Reads /proc. Processes that end between two readings take their CPU time with them, so a difference of two
 * readings is right only while none of weight ends.
 *
 * @throws Error where there is no /proc, which is everywhere but on Linux.
 */
export function processTreeUsage(root: number): ProcessUsage {
  const children = new Map<number, number[]>()
  const ticks = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const fields = statFields(pid)
    if (fields === undefined) continue
    const parent = Number(fields[1])
    ticks.set(pid, Number(fields[11]) + Number(fields[12]))
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  let cpuTicks = 0
  let memoryBytes = 0
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    cpuTicks += ticks.get(pid) ?? 0
    memoryBytes += proportionalSetBytes(pid)
    waiting.push(...(children.get(pid) ?? []))
  }
  return { cpuSeconds: cpuTicks / ticksPerSecond, memoryBytes }
}

/** The fields of /proc/PID/stat after the command's name, which may hold spaces: state is 0, parent is 1. */
function statFields(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

function proportionalSetBytes(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1]
  return Number(kilobytes ?? 0) * 1024
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

import { readFileSync } from 'node:fs'

/** Linux counts CPU time in ticks of 10 ms on every platform that Node runs on (USER_HZ). */
const ticksPerSecond = 100

/** User and system time of a process since its start, by the operating system's account. */
export function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command's name, which may hold spaces, ends with the last parenthesis; state follows as field 0.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Resident set size, in bytes. */
export function rssBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? Number.NaN) * 1024
}

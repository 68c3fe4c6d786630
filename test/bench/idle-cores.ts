import { cpus } from 'node:os'

/** Time that nobody used of the machine's cores, in core-seconds since it started. What a hypervisor gave to others is no part of it. */
export function idleCoreSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.idle, 0) / 1000
}

export function coreCount(): number {
  return cpus().length
}

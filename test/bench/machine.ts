import { cpus } from 'node:os'

/** The day and the machine, as they belong beside figures. */
export function dayAndMachine(): string {
  const day = new Date().toISOString().slice(0, 10)
  return `${day}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
}

import { PrismeshTrackerError } from '../tracker-error.js'

/** Says in one line why a host and port cannot be had. */
export function listenError(error: Error, host: string, port: number): PrismeshTrackerError {
  const code = 'code' in error ? String(error.code) : error.message
  const where = `${host}:${port}`
  if (code === 'EADDRINUSE') {
    return new PrismeshTrackerError('port-in-use', `cannot listen at ${where}: the port is in use`)
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new PrismeshTrackerError('not-permitted', `cannot listen at ${where}: not permitted`)
  }
  return new PrismeshTrackerError('cannot-listen', `cannot listen at ${where}: ${code}`)
}

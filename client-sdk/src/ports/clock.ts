/** Time for everything outside the pure engine, so that tests run in virtual time. Milliseconds, monotonic. */
export interface Clock {
  now(): number
  /** Calls back once, at or after `at`. Returns a function that cancels; cancelling twice is harmless. */
  wake(at: number, callback: () => void): () => void
}

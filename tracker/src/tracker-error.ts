export type PrismeshTrackerErrorCode =
  /** An option is missing, unknown, or out of its range; `problems` names each in one line. */
  | 'invalid-options'
  /** Another process listens at this host and port. */
  | 'port-in-use'
  /** The system does not let this process listen at this host and port. */
  | 'not-permitted'
  /** The system cannot listen at this host and port for another reason, such as a host that is not its own. */
  | 'cannot-listen'

/** What `startTracker` rejects with: a caller's mistake, or a port that cannot be had. */
export class PrismeshTrackerError extends Error {
  override readonly name = 'PrismeshTrackerError'

  constructor(
    readonly code: PrismeshTrackerErrorCode,
    message: string,
    /** One line for each mistake; the message alone where there is only one. */
    readonly problems: readonly string[] = [message],
  ) {
    super(message)
  }
}

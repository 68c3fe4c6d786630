import { blockBytes } from '../../../protocol/block.js'
import { tuning } from './tuning.js'

/** Bounds on all that is given, which the owner of the device set. */
export interface UploadLimits {
  /** Bytes that may be given in all; Infinity: no bound. */
  readonly bytesMax: number
  /** Bytes that may be given for each byte watched; Infinity: no bound. */
  readonly ratioMax: number
  /** What was given and watched before this engine began, and counts as well. */
  readonly uploadedBefore: number
  readonly watchedBefore: number
}

/** What was given and watched until now: see {@link Ledger}. */
interface Account {
  readonly given: number
  readonly watched: number
}

/**
 * Counts as watched before anything was: who has just come hands on what it has, and the seconds between what it fetches
 * and what it gives of that even out. 4 MiB are a dozen seconds at 3 Mbit/s.
 */
export const watchedAhead = 4 * 1024 * 1024

/** How much may still be given. Never is more given than this allows: a block that does not fit waits, or is refused. */
export class UploadBudget {
  constructor(
    private readonly account: Account,
    private readonly limits: UploadLimits | undefined,
  ) {}

  /** False for good once not a block may be given any more. */
  get lasts(): boolean {
    return this.sessionLeft >= blockBytes && this.limits?.ratioMax !== 0
  }

  /** Whether one more block fits. */
  get hasRoom(): boolean {
    return Math.min(this.sessionLeft, this.ratioLeft) >= blockBytes
  }

  /**
   * How fast to give, so that what is left does not end all of a sudden: neighbours then see a line that becomes slower,
   * and the member itself claims less that it could not hand on. Settles where as much is earned by watching.
   */
  get bytesPerSecond(): number {
    return Math.max(1, (this.ratioLeft * 1000) / tuning.ratioSpendMs)
  }

  private get sessionLeft(): number {
    if (this.limits === undefined) return Number.POSITIVE_INFINITY
    return this.limits.bytesMax - this.limits.uploadedBefore - this.account.given
  }

  private get ratioLeft(): number {
    const { limits, account } = this
    if (limits === undefined || limits.ratioMax === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
    const watched = watchedAhead + limits.watchedBefore + account.watched
    return watched * limits.ratioMax - limits.uploadedBefore - account.given
  }
}

import { linkFailureCauses, type LinkFailureCause } from '../../../protocol/tracker-messages.js'

/** Counts what became of the links that were proposed, for the tracker's operator. */
export class LinkTally {
  made = 0
  readonly failed: Record<LinkFailureCause, number> = {
    'connection-failed': 0,
    'offer-missing': 0,
    'no-room': 0,
    other: 0,
  }

  /** `code` is one of the neighbourhood's; what has no cause of its own counts as `other`. */
  missed(code: string): void {
    this.failed[linkFailureCauses.find((cause) => cause === code) ?? 'other'] += 1
  }
}

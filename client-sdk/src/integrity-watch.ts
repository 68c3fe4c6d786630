/** Whether what neighbours give can be checked, where the page asks for it. */
export type SessionIntegrity = 'checked' | 'signatures-unchecked' | UncheckableReason

/** Why nothing from neighbours can be checked. */
export type UncheckableReason = 'no-digests' | 'digests-missing'

/**
 * So many segments in a row without a digest are no delay of the witness any more: a start takes up to six at once, of
 * pictures and sound, before the first digest is there.
 */
const undigestedMax = 12

/** Watches whether digests come, of a session that asks for them. Calls `uncheckable` when they turn out not to. */
export class IntegrityWatch {
  private state: SessionIntegrity = 'checked'
  private undigested = 0
  private isLive = true

  constructor(
    private readonly isRequired: boolean,
    private readonly uncheckable: (reason: UncheckableReason) => void,
  ) {}

  get integrity(): SessionIntegrity {
    return this.state
  }

  /** The tracker took the member in, and has digests of the stream, or has none. */
  digestsExpected(expected: boolean, joined: boolean): void {
    this.undigested = 0
    this.state = expected ? 'checked' : 'no-digests'
    if (!expected) this.uncheckable('no-digests')
    this.review(joined)
  }

  digestTold(signature: 'right' | 'unchecked'): void {
    this.undigested = 0
    this.state = signature === 'right' ? 'checked' : 'signatures-unchecked'
  }

  segmentDelivered(live: boolean, joined: boolean): void {
    this.isLive = live
    this.undigested += 1
    this.review(joined)
  }

  /** Digests were promised, and segment after segment comes without one. On demand there are none. */
  private review(joined: boolean): void {
    if (!this.isRequired || !joined || this.state === 'no-digests' || this.state === 'digests-missing') return
    if (this.isLive && this.undigested < undigestedMax) return
    this.state = 'digests-missing'
    this.uncheckable(this.state)
  }
}

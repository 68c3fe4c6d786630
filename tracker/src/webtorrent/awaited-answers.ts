import type { Peer } from './peer.js'
import type { WireId } from './wire-id.js'

/** bittorrent-tracker's client gives up an offer after 50 s; what is on its way then is let through. */
export const answerWaitMsMax = 60_000

/** An announce's worth of offers that is remembered besides the newest: whoever announces early loses no answer. */
const announcesRemembered = 2

/**
 * The offers of one peer that were passed on and may still be answered, each once and by the peer that it went to. A ring:
 * when it is full, the oldest is forgotten.
 */
export class AwaitedAnswers {
  private readonly offers: WireId[] = []
  private readonly answerers: (Peer | undefined)[] = []
  private readonly endsAt: number[] = []
  private next = 0
  private readonly capacity: number

  constructor(offersPerAnnounceMax: number) {
    this.capacity = announcesRemembered * offersPerAnnounceMax
  }

  /** `offer` must be detached from the message that it came in. */
  add(now: number, offer: WireId, answerer: Peer): void {
    this.offers[this.next] = offer
    this.answerers[this.next] = answerer
    this.endsAt[this.next] = now + answerWaitMsMax
    this.next = (this.next + 1) % this.capacity
  }

  /** Whether this answer is awaited. It is not any more, then. */
  take(now: number, offer: WireId, answerer: Peer): boolean {
    for (let at = 0; at < this.offers.length; at += 1) {
      if (this.answerers[at] !== answerer || this.offers[at] !== offer) continue
      this.answerers[at] = undefined
      if (now < (this.endsAt[at] ?? 0)) return true
    }
    return false
  }
}

import { blockCount } from '../../../protocol/block.js'
import { digestListHoldersMax, hashesPerMessageMax } from '../../../protocol/limits.js'
import type { HashList } from '../../../protocol/segment-digest.js'
import { segmentKey, type SegmentKey } from '../../../protocol/segment-key.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'
import type { EngineContext } from './context.js'
import type { Digests, KnownDigest } from './digests.js'
import type { LinkId } from './inputs.js'
import type { Neighbour } from './neighbour.js'
import type { LinkViolation } from './outputs.js'
import { tuning } from './tuning.js'

export type DigestMessage = Extract<WireMessage, { kind: 'digest-held' | 'digest-asked' | 'digest' }>

interface Ask {
  readonly known: KnownDigest
  readonly link: LinkId
  readonly lateAt: number
  readonly hashes: Uint8Array[]
}

/**
 * How hash lists travel: the tracker gives them to a few members of a cell, who tell their neighbours that they have
 * them; a member asks one neighbour at a time, tells its own neighbours once it has the list, and so on.
 */
export class ListExchange {
  private readonly asks = new Map<SegmentKey, Ask>()

  constructor(
    private readonly context: EngineContext,
    private readonly digests: Digests,
    private readonly listener: { listLearned(known: KnownDigest, now: number): void },
  ) {}

  /** A digest came without a list: somebody may have said by now that it has one. */
  wanted(known: KnownDigest, now: number): void {
    if (known.hashes !== undefined || this.asks.has(known.key)) return
    for (const neighbour of this.context.neighbours.values()) {
      if (!neighbour.lists.has(known.key)) continue
      const lateAt = now + tuning.digestPatienceMs
      this.asks.set(known.key, { known, link: neighbour.link, lateAt, hashes: [] })
      this.context.send(neighbour.link, { kind: 'digest-asked', segment: known.segment })
      return
    }
  }

  /** The list is here. Where the tracker gives it to everybody, nobody needs to be told. */
  learned(known: KnownDigest, source: 'tracker' | 'other'): void {
    this.asks.delete(known.key)
    if (source === 'tracker' && this.context.cell.size <= digestListHoldersMax) return
    for (const neighbour of this.context.neighbours.values()) {
      if (!neighbour.lists.has(known.key)) this.tell(neighbour, known)
    }
  }

  /** A link opened. */
  greet(neighbour: Neighbour): void {
    for (const known of this.digests.newestListed(tuning.digestsIntroducedMax)) this.tell(neighbour, known)
  }

  heard(neighbour: Neighbour, message: DigestMessage, now: number): LinkViolation | undefined {
    const known = this.digests.get(segmentKey(message.segment))
    switch (message.kind) {
      case 'digest-held':
        neighbour.lists.add(segmentKey(message.segment))
        if (known !== undefined) this.wanted(known, now)
        return undefined
      case 'digest-asked':
        if (known?.hashes !== undefined) this.give(neighbour, known, known.hashes)
        return undefined
      case 'digest':
        return known === undefined ? undefined : this.take(neighbour, known, message, now)
    }
  }

  /** Asks somebody else for what is late. */
  settle(now: number): void {
    for (const [key, ask] of [...this.asks]) {
      if (now < ask.lateAt && this.context.neighbours.has(ask.link)) continue
      this.asks.delete(key)
      this.context.neighbours.get(ask.link)?.lists.delete(key)
      this.wanted(ask.known, now)
    }
  }

  wakeAt(): number | undefined {
    return this.asks.size === 0 ? undefined : Math.min(...[...this.asks.values()].map(({ lateAt }) => lateAt))
  }

  private tell(neighbour: Neighbour, { segment }: KnownDigest): void {
    this.context.send(neighbour.link, { kind: 'digest-held', segment })
  }

  /** Once to each neighbour: a list that did not arrive ended the link with it. */
  private give(neighbour: Neighbour, { key, segment }: KnownDigest, hashes: HashList): void {
    if (!neighbour.listsGiven.add(key)) return
    for (let first = 0; first < hashes.length; first += hashesPerMessageMax) {
      const part = hashes.slice(first, first + hashesPerMessageMax)
      this.context.send(neighbour.link, { kind: 'digest', segment, first, hashes: part })
    }
  }

  private take(
    neighbour: Neighbour,
    known: KnownDigest,
    { first, hashes }: Extract<DigestMessage, { kind: 'digest' }>,
    now: number,
  ): LinkViolation | undefined {
    const ask = this.asks.get(known.key)
    // An answer that came too late is no offence.
    if (ask?.link !== neighbour.link) return undefined
    const count = blockCount(known.bytes)
    if (first !== ask.hashes.length || first + hashes.length > count) return 'digest-false'
    ask.hashes.push(...hashes)
    if (ask.hashes.length < count) return undefined
    this.asks.delete(known.key)
    if (!this.digests.learnList(known, ask.hashes)) {
      neighbour.lists.delete(known.key)
      this.wanted(known, now)
      return 'digest-false'
    }
    this.listener.listLearned(known, now)
    return undefined
  }
}

import { sameHash, type Sha256 } from '../../../protocol/merkle-tree.js'
import type { HashList, SegmentDigest } from '../../../protocol/segment-digest.js'
import { segmentKey, type SegmentKey } from '../../../protocol/segment-key.js'
import type { Announcer } from './announcer.js'
import { Blame } from './blame.js'
import type { CutBlock } from './cdn-fetch.js'
import type { EngineContext } from './context.js'
import { Digests, type KnownDigest } from './digests.js'
import type { Intake } from './intake.js'
import { ListExchange } from './list-exchange.js'
import type { HashOrder } from './outputs.js'
import type { BlockOrigin, SegmentCopy } from './segment-copy.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

export interface VerificationParts {
  readonly announcer: Announcer
  readonly intake: Intake
  /** Gives up every fetch for the task. */
  readonly abortFetches: (task: Task) => void
  /** The latest moment at which the CDN can still give in time what is missing; undefined while nobody waits. */
  readonly rescueAt: (task: Task) => number | undefined
}

/**
 * Checks every block against the segment's digest before it is played or given on, whoever it came from. A block that
 * comes before the hash list waits, held but neither played nor given on; if the list is not there when the player needs
 * the segment, what neighbours gave is thrown away, and what this member's own path to the CDN brings is played as any
 * player would, and given to nobody until it is verified.
 */
export class Verification {
  readonly lists: ListExchange
  readonly blame: Blame
  private readonly digests: Digests
  private hasDigests = false

  constructor(
    private readonly context: EngineContext,
    sha256: Sha256,
    private readonly parts: VerificationParts,
  ) {
    this.digests = new Digests(sha256)
    this.blame = new Blame(context)
    this.lists = new ListExchange(context, this.digests, {
      listLearned: (known, now) => this.listLearned(known, 'other', now),
    })
  }

  /** Whether the tracker has digests of this stream. If not, there is no sense in waiting for anybody. */
  digestsExpected(expected: boolean): void {
    this.context.unverifiable = !expected
    if (!expected) for (const task of this.context.tasks.values()) task.cdnOnly = true
  }

  /** The tracker told a digest, and its signature was right. */
  digestTold(digest: SegmentDigest, hashes: HashList | undefined, now: number): void {
    this.hasDigests = true
    const known = this.digests.add(digest) ?? this.digests.get(segmentKey(digest.segment))
    if (known === undefined || known.hashes !== undefined) return
    const task = this.context.tasks.get(known.key)
    if (task !== undefined) this.adoptLength(task, now)
    else this.discardMisfit(known)
    if (hashes !== undefined && this.digests.learnList(known, hashes)) {
      this.listLearned(known, 'tracker', now)
      return
    }
    const copy = this.context.store.get(known.key)
    if (copy !== undefined) this.wholeCame(copy, now)
    this.lists.wanted(known, now)
  }

  /** A block was stored, and waits: its hash is wanted, whether or not the one that is due is known yet. */
  blockCame(copy: SegmentCopy, { index, bytes }: CutBlock, origin: BlockOrigin): void {
    const { key, handle } = copy
    this.context.emit({ kind: 'hash-block', key, handle, index, bytes, origin })
  }

  /** Blocks of the CDN went over into another copy. */
  blocksMoved(copy: SegmentCopy): void {
    for (const [index] of copy.unverifiedBlocks()) {
      const bytes = copy.blocks[index]
      if (bytes !== undefined) this.blockCame(copy, { index, bytes }, 'cdn')
    }
  }

  /** The hash of a block that came is known. Its bytes are counted here: of use, or wasted. */
  blockHashed({ key, handle, index, bytes, origin }: HashOrder, hash: Uint8Array, now: number): void {
    const copy = this.context.store.get(key)
    const waits = copy?.handle === handle && copy.hashed(index, hash)
    const known = this.digests.get(key)
    const due = this.isOwnPathOnly(key) ? undefined : known?.hashes?.[index]
    const isChanged = due !== undefined && !sameHash(hash, due)
    if (origin !== 'cdn' && waits && !isChanged) this.context.ledger.peerReceived(bytes.length)
    else if (origin !== 'cdn') this.context.ledger.peerWasted(bytes.length)
    if (!waits) return
    if (due === undefined) this.wholeCame(copy, now)
    else this.judge(copy, index, hash, due, now)
    if (due !== undefined && !isChanged) this.parts.announcer.blockCame(copy)
  }

  /** Whether the digest says another length. */
  contradicts(task: Task, bytes: number): boolean {
    const known = this.digests.get(task.key)
    return known !== undefined && !task.ownPathOnly && known.bytes !== bytes
  }

  /**
   * The CDN's answer is not what the digest says. It is fetched again once; if it is so again, this viewer plays what
   * its CDN gives, as any player would, and gives it to nobody.
   */
  cdnChanged(task: Task, now: number): void {
    if (task.ownPathOnly || task.cdnChangedAt === now) return
    this.context.ledger.cdnChanged()
    this.parts.abortFetches(task)
    if (task.cdnChangedAt !== undefined) {
      task.ownPathOnly = true
      this.parts.intake.startAnew(task, now)
    }
    task.cdnChangedAt = now
  }

  /** The digest says how long the segment is. */
  adoptLength(task: Task, now: number): void {
    const known = this.digests.get(task.key)
    if (known === undefined || task.ownPathOnly) return
    const { lengthOrigin, totalBytes } = task.copy
    if (lengthOrigin === 'cdn' && totalBytes === known.bytes) return
    if (lengthOrigin === 'cdn') {
      this.cdnChanged(task, now)
      if (!task.ownPathOnly) this.parts.intake.startAnew(task, now)
    }
    if (!task.ownPathOnly) this.parts.intake.settleLength(task, known.bytes, 'cdn', now)
  }

  /** Every block of this copy is here: with the root alone, that is enough to verify them all. */
  wholeCame(copy: SegmentCopy, now: number): void {
    const known = this.digests.get(copy.key)
    if (known === undefined || known.hashes !== undefined) return
    const hashes = copy.hashList()
    if (hashes === undefined || !this.digests.learnList(known, hashes)) return
    this.listLearned(known, 'other', now)
  }

  /**
   * Whether a segment that is whole waits for its digest: by this member's own path to the CDN a segment may be here before
   * the witness has seen it. Not for long, not where it would be late, and not before any digest came: at the start
   * nothing waits.
   */
  holdsBack(task: Task, now: number): boolean {
    return now < (this.provenBy(task) ?? now)
  }

  private provenBy(task: Task): number | undefined {
    const { copy } = task
    if (!this.hasDigests || task.ownPathOnly || copy.complete || !copy.playable) return undefined
    const longest = (copy.completedAt ?? 0) + tuning.digestWaitMs
    // The hash is a matter of milliseconds: late or not, it is waited for.
    if (this.digests.get(task.key) !== undefined && copy.awaitsHashes) return longest
    const rescueAt = task.live ? this.parts.rescueAt(task) : undefined
    return rescueAt && Math.min(rescueAt, longest)
  }

  /** Throws away what neighbours gave and nobody can verify, where the player cannot wait any longer. */
  settle(now: number): void {
    this.lists.settle(now)
    for (const task of this.context.tasks.values()) {
      const giveUpAt = this.giveUpAt(task)
      if (giveUpAt === undefined || now < giveUpAt) continue
      this.parts.intake.startOver(task, now)
      this.adoptLength(task, now)
    }
  }

  wakeAt(): number | undefined {
    let earliest = this.lists.wakeAt()
    for (const task of this.context.tasks.values()) {
      const at = this.giveUpAt(task) ?? this.provenBy(task)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    return earliest
  }

  private giveUpAt(task: Task): number | undefined {
    return task.copy.doubtfulPeerBytes === 0 ? undefined : this.parts.rescueAt(task)
  }

  private listLearned(known: KnownDigest, source: 'tracker' | 'other', now: number): void {
    this.lists.learned(known, source)
    const copy = this.context.store.get(known.key)
    if (copy === undefined || known.hashes === undefined || this.isOwnPathOnly(known.key)) return
    const waiting = copy.unverifiedBlocks()
    for (const [index, hash] of waiting) {
      if (hash !== undefined) this.judge(copy, index, hash, known.hashes[index], now)
    }
    if (waiting.length > 0) this.parts.announcer.blockCame(copy)
  }

  private isOwnPathOnly(key: SegmentKey): boolean {
    return this.context.tasks.get(key)?.ownPathOnly === true
  }

  /** Whether a block that waits is the origin's. */
  private judge(
    copy: SegmentCopy,
    index: number,
    hash: Uint8Array,
    due: Uint8Array | undefined,
    now: number,
  ): void {
    if (due !== undefined && sameHash(hash, due)) {
      this.accept(copy, index, now)
      return
    }
    const origin = copy.drop(index)
    const task = this.context.tasks.get(copy.key)
    if (origin !== undefined && origin !== 'cdn') {
      this.context.ledger.peerChanged()
      this.blame.note({ member: origin, segment: copy.segment, block: index, hash })
    } else if (task !== undefined) this.cdnChanged(task, now)
  }

  private accept(copy: SegmentCopy, index: number, now: number): void {
    const giver = copy.verified(index, now)
    for (const neighbour of this.context.neighbours.values()) {
      if (neighbour.member === giver) neighbour.gaveRight(copy.key)
    }
    if (copy.complete) this.context.unsettle()
  }

  /** A copy that was played from this member's own path, and is not what the origin has. */
  private discardMisfit({ key, bytes }: KnownDigest): void {
    const copy = this.context.store.get(key)
    if (copy?.totalBytes !== undefined && copy.totalBytes !== bytes) this.parts.intake.discard(copy)
  }
}

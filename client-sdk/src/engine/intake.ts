import { blockBytes, blockCount } from '../../../protocol/block.js'
import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { Announcer } from './announcer.js'
import type { BlockScheduler } from './block-scheduler.js'
import type { CutBlock } from './cdn-fetch.js'
import type { EngineContext } from './context.js'
import type { EngineInput } from './inputs.js'
import type { Neighbour } from './neighbour.js'
import type { BlockOrigin, LengthOrigin, SegmentCopy } from './segment-copy.js'
import type { Task } from './task.js'
import type { Verification } from './verification.js'
import type { Wants } from './wants.js'

type BlockReceived = Extract<EngineInput, { kind: 'block-received' }>

/**
 * The one way in for blocks and lengths, whoever gives them: counts every byte, stores a block once, and starts a
 * segment over from the CDN when what was said of its length cannot all be true.
 */
export class Intake {
  constructor(
    private readonly context: EngineContext,
    private readonly parts: {
      readonly announcer: Announcer
      readonly scheduler: BlockScheduler
      readonly wants: Wants
      /** Undefined where neighbours are believed. */
      readonly verification: () => Verification | undefined
    },
  ) {}

  /** A neighbour sent a block. */
  blockReceived(neighbour: Neighbour, { handle, offset, bytes }: BlockReceived, now: number): void {
    const request = neighbour.answered(handle, offset)
    if (request === undefined || bytes.length !== request.length) {
      this.context.ledger.peerWasted(bytes.length)
      this.context.accuse(neighbour.link, request === undefined ? 'block-not-asked' : 'block-misshapen')
      return
    }
    neighbour.blockCame(bytes.length, request.askedAt, now)
    const task = this.context.tasks.get(request.key)
    if (task === undefined || task.cdnOnly || task.copy.holds(request.index)) {
      this.context.ledger.peerWasted(bytes.length)
      return
    }
    const block = { index: request.index, bytes }
    // A shorter block is the last: who holds it has told where the segment ends.
    if (bytes.length < blockBytes && task.copy.totalBytes === undefined) {
      this.settleLength(task, request.offset + bytes.length, 'neighbour', now)
    }
    if (this.accept(task, block, neighbour.member, now) !== 'stored') {
      this.context.ledger.peerWasted(bytes.length)
      return
    }
    // Else it is counted when its hash is known.
    if (this.parts.verification() === undefined) this.context.ledger.peerReceived(bytes.length)
    this.parts.scheduler.cancel(task, request.index)
  }

  /** A block came whole from the CDN. */
  blockFetched(task: Task, block: CutBlock, now: number): void {
    const outcome = this.accept(task, block, 'cdn', now)
    if (outcome === 'stored') return
    this.context.ledger.cdnWasted(block.bytes.length)
    if (outcome === 'misfit') this.startOver(task, now)
  }

  /** The head of the CDN's answer says how long the segment is: a neighbour that said otherwise is not believed. */
  lengthAnnounced(task: Task, bytes: number, now: number): void {
    const { lengthOrigin, totalBytes } = task.copy
    if (lengthOrigin === 'neighbour' && totalBytes !== bytes) this.startOver(task, now)
  }

  /** A neighbour says how long a segment is. */
  lengthTold(neighbour: Neighbour, key: SegmentKey, bytes: number, now: number): void {
    const copy = this.context.store.get(key)
    if (this.contradicts(key, bytes)) {
      this.context.accuse(neighbour.link, 'length-conflict')
      return
    }
    const task = this.context.tasks.get(key)
    if (task !== undefined) this.settleLength(task, bytes, 'neighbour', now)
    else if (copy?.totalBytes !== undefined && copy.totalBytes !== bytes) this.discard(copy)
  }

  /** Whether the CDN has shown another length. */
  contradicts(key: SegmentKey, bytes: number): boolean {
    const copy = this.context.store.get(key)
    return copy?.lengthOrigin === 'cdn' && copy.totalBytes !== bytes
  }

  /** Neighbours who contradict each other, or the CDN, are not believed for this segment any more. */
  settleLength(task: Task, bytes: number, origin: LengthOrigin, now: number): void {
    if (origin === 'neighbour' && task.cdnOnly) return
    const verification = this.parts.verification()
    if (verification?.contradicts(task, bytes) === true) {
      if (origin === 'cdn') verification.cdnChanged(task, now)
      return
    }
    if (origin === 'neighbour' && (task.copy.expectedBytes ?? bytes) !== bytes) {
      this.startOver(task, now)
      return
    }
    if (origin === 'cdn') this.accuseLiars(task.key, bytes)
    if (task.copy.settleLength(bytes, origin)) {
      task.copy.noteCompletion(now)
      if (task.copy.complete) this.parts.announcer.blockCame(task.copy)
      verification?.wholeCame(task.copy, now)
      if (task.copy.playable) this.context.unsettle()
      return
    }
    this.startOver(task, now)
    if (origin === 'cdn') task.copy.settleLength(bytes, 'cdn')
  }

  /** Neighbours had told the length before this member began with the segment. */
  adoptOfferedLength(task: Task, now: number): void {
    if (task.cdnOnly || task.copy.lengthOrigin === 'cdn') return
    for (const { offer } of this.context.supply(task.key)?.givers ?? []) {
      const { wholeBytes } = offer
      if (wholeBytes === undefined || wholeBytes === task.copy.totalBytes) continue
      this.settleLength(task, wholeBytes, 'neighbour', now)
    }
  }

  /** The CDN has shown the segment's length: whoever told another one, or of blocks beyond it, has made it up. */
  private accuseLiars(key: SegmentKey, bytes: number): void {
    for (const { neighbour, offer } of this.context.supply(key)?.givers ?? []) {
      if (offer.contradicts(bytes)) {
        this.context.accuse(neighbour.link, 'length-conflict')
      } else if (offer.seenBlocks > blockCount(bytes)) {
        this.context.accuse(neighbour.link, 'block-outside')
      }
    }
  }

  private accept(
    task: Task,
    block: CutBlock,
    origin: BlockOrigin,
    now: number,
  ): 'stored' | 'held' | 'misfit' {
    const verification = this.parts.verification()
    const verdict = verification === undefined ? 'verified' : 'unverified'
    const outcome = task.copy.put(block.index, block.bytes, origin, now, verdict)
    if (outcome !== 'stored') return outcome
    task.progressAt = now
    if (verification === undefined) this.parts.announcer.blockCame(task.copy)
    else verification.blockCame(task.copy, block, origin)
    this.parts.wants.progressed(task)
    if (task.copy.playable) this.context.unsettle()
    return outcome
  }

  /** Keeps only what the CDN gave: some of the other blocks, or what was said of the length, is of no such segment. */
  startOver(task: Task, now: number): void {
    this.context.unsettle()
    const doubtful = task.copy
    this.parts.scheduler.cancel(task)
    this.discard(doubtful)
    task.copy = this.context.store.open(task.segment, now)
    task.copy.adoptFetched(doubtful, now)
    this.parts.verification()?.blocksMoved(task.copy)
    task.copy.expectedBytes = doubtful.expectedBytes
    task.cdnOnly = true
    if (task.copy.arrivals.length > 0) this.parts.announcer.blockCame(task.copy)
  }

  /** Keeps nothing: what the CDN gave cannot be of one and the same segment. */
  startAnew(task: Task, now: number): void {
    this.parts.scheduler.cancel(task)
    this.discard(task.copy)
    task.copy = this.context.store.open(task.segment, now)
    task.cdnOnly = true
  }

  /** A copy that may be of no such segment is neither played nor handed on. */
  discard(copy: SegmentCopy): void {
    this.context.doubt(copy.key)
    this.context.store.remove(copy)
    this.parts.announcer.lost(copy)
  }
}

import type { MemberId } from '../../../protocol/ids.js'
import type { Sha256 } from '../../../protocol/merkle-tree.js'
import type { SegmentIdentity, SegmentKey } from '../../../protocol/segment-key.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'
import type { CdnEstimate } from './cdn-estimate.js'
import type { Cell } from './cell.js'
import type { Claims } from './claims.js'
import type { LinkId } from './inputs.js'
import type { Ledger } from './ledger.js'
import type { Neighbour } from './neighbour.js'
import type { EngineOutput, LinkViolation } from './outputs.js'
import type { SegmentStore } from './segment-store.js'
import { Supplies, type Supply } from './supply.js'
import { Task } from './task.js'
import { tuning } from './tuning.js'
import type { UploadLimits } from './upload-budget.js'

/** What the engine is told once, when it is made. */
export interface EngineConfig {
  readonly self: MemberId
  /** Bound on the segments kept for others and for seeking back, in bytes. */
  readonly cacheBytesMax: number
  /** Cap on what is sent to neighbours. 0: nothing is. Infinity: no cap. */
  readonly uploadBytesPerSecondMax: number
  /** Bounds on all that is sent. Absent: none. */
  readonly uploadLimits?: UploadLimits
  /** Present: every block is checked against its segment's digest. Absent: neighbours are believed. */
  readonly integrity?: Integrity
}

/** What verification works with. */
export interface Integrity {
  readonly sha256: Sha256
}

/** The state that the engine's parts share. Each part alone changes what its file says it owns. */
export class EngineContext {
  readonly tasks = new Map<SegmentKey, Task>()
  readonly neighbours = new Map<LinkId, Neighbour>()
  /** Digests are required, and there are none: nothing that neighbours give could be used. */
  unverifiable = false
  readonly supplies = new Supplies()
  /**
   * Whether what is fetched or asked for must be thought over, at once or within `thoughtIntervalMs`: most of what
   * neighbours say changes nothing about it.
   */
  unsettled: 'no' | 'soon' | 'now' = 'now'
  private readonly doubted = new Set<SegmentKey>()

  constructor(
    readonly config: EngineConfig,
    readonly store: SegmentStore,
    readonly ledger: Ledger,
    readonly cell: Cell,
    readonly claims: Claims,
    readonly cdn: CdnEstimate,
    private readonly outputs: EngineOutput[],
  ) {}

  /** Something changed of which blocks are here, on their way or to be had, or of what decides who fetches. */
  unsettle(): void {
    this.unsettled = 'now'
  }

  /** As `unsettle`, of what happens many times a second. */
  unsettleSoon(): void {
    if (this.unsettled === 'no') this.unsettled = 'soon'
  }

  emit(output: EngineOutput): void {
    this.outputs.push(output)
  }

  send(link: LinkId, message: WireMessage): void {
    this.emit({ kind: 'send', link, message })
  }

  sendToAll(message: WireMessage): void {
    for (const link of this.neighbours.keys()) this.send(link, message)
  }

  sendToGivers(message: WireMessage): void {
    for (const { link, uploads } of this.neighbours.values()) if (uploads) this.send(link, message)
  }

  /** What neighbours offer of this segment; undefined when none ever told of it. */
  supply(key: SegmentKey): Supply | undefined {
    return this.supplies.get(key)
  }

  /** The task for this segment, begun now if there is none and the segment is not here whole. */
  openTask(segment: SegmentIdentity, now: number): Task {
    const copy = this.store.open(segment, now)
    const known = this.tasks.get(copy.key)
    if (known !== undefined) return known
    const task = new Task(copy, now)
    task.cdnOnly = this.unverifiable || this.doubted.has(copy.key)
    this.tasks.set(copy.key, task)
    return task
  }

  /** Neighbours contradict each other on this segment: for as long as it matters, only the CDN is believed on it. */
  doubt(key: SegmentKey): void {
    this.doubted.add(key)
    const [oldest] = this.doubted
    if (this.doubted.size > tuning.doubtedMax && oldest !== undefined) this.doubted.delete(oldest)
  }

  /** Ends a link whose neighbour broke a rule. The driver confirms with `link-closed`. */
  accuse(link: LinkId, violation: LinkViolation): void {
    this.emit({ kind: 'close-link', link, violation })
  }
}

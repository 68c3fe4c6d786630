import type { FetchFailure } from '../engine/inputs.js'
import type { Delivery } from '../engine/outputs.js'
import type { LoaderConfiguration, LoaderContext } from './loader-contract.js'

/** Hears what becomes of an ordered segment: any number of `progressed`, then one of the others, once. */
export interface OrderListener {
  progressed(loadedBytes: number, totalBytes: number | undefined): void
  /** `blocks` stay the engine's own: the listener copies them. */
  delivered(blocks: readonly Uint8Array[], totalBytes: number, delivery: Delivery): void
  failed(failure: FetchFailure): void
  /** Sharing ended while the segment was under way: load it as if Prismesh were not there. */
  released(): void
}

/** A segment on order. */
export interface SegmentOrder {
  /** The player no longer wants it; the listener hears nothing more. Idempotent. */
  cancel(): void
}

/** Where loaders ask for segments: the player's side of a session. */
export interface SegmentDesk {
  /** Undefined: this load is none of ours, and goes to the original loader untouched. */
  order(
    context: LoaderContext,
    config: LoaderConfiguration,
    listener: OrderListener,
  ): SegmentOrder | undefined
  /** The original loader brought a segment (or an init segment, or a part) of this size. */
  passedThrough(context: LoaderContext, bytes: number): void
  /** What the member's own path to the CDN carries, as the latest delivery said; undefined until measured. */
  readonly cdnBytesPerSecond: number | undefined
}

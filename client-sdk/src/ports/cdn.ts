import type { FetchFailure, SegmentSource } from '../engine/inputs.js'

/** Part of a segment, wanted from the CDN. Offsets count from the segment's first byte. */
export interface CdnRequest {
  readonly source: SegmentSource
  /** For an EXT-X-BYTERANGE segment: where it lies within its resource, end exclusive. */
  readonly resourceRange?: { readonly start: number; readonly end: number }
  readonly from: number
  /** Exclusive; absent means to the segment's end. */
  readonly to?: number
}

/** Hears how a fetch goes: `started` once, then `progressed` any number of times, then `ended` or `failed`, once. */
export interface CdnListener {
  /** `offset`: where in the segment the first byte to come lies. 0 although `from` was greater: Range was ignored. */
  started(offset: number, bytesExpected: number | undefined): void
  /** The listener may keep `bytes`. */
  progressed(bytes: Uint8Array): void
  ended(): void
  failed(failure: FetchFailure): void
}

/** The way to the CDN. After `abort` the listener hears nothing more. */
export interface CdnPort {
  fetch(request: CdnRequest, listener: CdnListener): { abort(): void }
}

import { segmentBytesMax } from '../../../protocol/limits.js'

/** Which bytes of a response's body belong to what was asked for, counted from the body's first byte. */
export interface BodyWindow {
  readonly start: number
  /** Exclusive; absent: to the body's end. */
  readonly end?: number
  /** How many bytes must come. Fewer mean that the body was cut off. */
  readonly required?: number
}

/**
 * Cuts the window out of a body that comes in chunks, and tells whether it came whole. A body longer than a
 * segment can be counts as broken: nobody may make a player hold it.
 */
export class BodyCutter {
  private seen = 0
  private taken = 0

  constructor(private readonly window: BodyWindow) {}

  /** The part of the next chunk that lies in the window. */
  take(chunk: Uint8Array): Uint8Array {
    const { start, end = Infinity } = this.window
    const from = Math.max(0, start - this.seen)
    const to = Math.min(chunk.length, end - this.seen)
    this.seen += chunk.length
    const part = to > from ? chunk.subarray(from, to) : chunk.subarray(0, 0)
    this.taken += part.length
    return part
  }

  /** True when nothing further in the body is of interest. */
  get filled(): boolean {
    return this.seen >= (this.window.end ?? Infinity)
  }

  get tooLong(): boolean {
    return this.taken > segmentBytesMax
  }

  /** At the body's end: true when all came that had to. */
  get whole(): boolean {
    return this.taken >= (this.window.required ?? 0)
  }
}

/** Whose bytes are counted: one segment of one rendition, and where it lies in the resource that holds it. */
export interface SegmentAccount {
  /** Which of the origin's streams, e.g. `live` or `vod`. */
  readonly stream: string
  readonly rendition: string
  /** Media sequence number. */
  readonly sequence: number
  /** First byte within the resource: 0 unless several segments share a file. */
  readonly offset: number
  readonly sizeBytes: number
}

/** How many bytes of the account's segment lie in `start..end` of its resource. */
export function overlapBytes(account: SegmentAccount, start: number, end: number): number {
  return Math.max(0, Math.min(end, account.offset + account.sizeBytes) - Math.max(start, account.offset))
}

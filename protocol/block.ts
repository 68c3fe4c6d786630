/**
 * A block is 16 KiB of a segment: the unit of transfer and, later, of verification. The size is BitTorrent's:
 * every client of that protocol uses it, and bittorrent-protocol's parser is quadratic in message size
 * (measured on 5.0.9: 8 MiB as one message 453 ms, as 16 KiB pieces 14.5 ms).
 */
export const blockBytes = 16 * 1024

export function blockCount(segmentBytes: number): number {
  return Math.ceil(segmentBytes / blockBytes)
}

/** Length of block `index` in a segment of `segmentBytes`: 16 KiB, or less for the last; 0 beyond the end. */
export function blockLength(segmentBytes: number, index: number): number {
  return Math.max(0, Math.min(blockBytes, segmentBytes - index * blockBytes))
}

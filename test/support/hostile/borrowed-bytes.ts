import type { SegmentIdentity } from '../../../protocol/segment-key.js'

/** Where a stranger has the bytes from that it passes off as others. */
export interface BorrowedFrom {
  /** Of a media playlist. */
  readonly playlistUrl: string
  /** How many segments older than the one that it is asked for. */
  readonly lag: number
}

/** True bytes of the origin, of another segment or rendition than they are given out for. */
export class BorrowedBytes {
  private readonly bodies = new Map<number, Promise<Uint8Array>>()

  constructor(private readonly from: BorrowedFrom) {}

  async of(segment: SegmentIdentity | undefined, offset: number, length: number): Promise<Uint8Array> {
    const sequence = (segment?.sequence ?? 0) - this.from.lag
    const body = await (this.bodies.get(sequence) ?? this.fetch(sequence))
    const part = body.slice(offset, offset + length)
    if (part.length === length) return part
    // A little shorter than what it stands for: the rest is made up.
    const padded = new Uint8Array(length).fill(0xff)
    padded.set(part)
    return padded
  }

  private fetch(sequence: number): Promise<Uint8Array> {
    const body = this.fetchOf(sequence)
    this.bodies.set(sequence, body)
    const [oldest] = this.bodies.keys()
    if (this.bodies.size > 8 && oldest !== undefined) this.bodies.delete(oldest)
    return body
  }

  private async fetchOf(sequence: number): Promise<Uint8Array> {
    const text = await (await fetch(this.from.playlistUrl)).text()
    const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0)
    const uris = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const uri = uris[Math.max(0, Math.min(uris.length - 1, sequence - first))]
    if (uri === undefined) return new Uint8Array()
    const answer = await fetch(new URL(uri, this.from.playlistUrl))
    return new Uint8Array(await answer.arrayBuffer())
  }
}

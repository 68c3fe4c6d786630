import { blockBytes, blockLength } from '../../../protocol/block.js'

/** A prime, so that segments next to each other never share a block at the same place: 8 MiB in all. */
const blocksMax = 509

/**
 * The true bytes of every segment there may ever be, in constant memory: each is made of blocks of one pool, in an order
 * that depends on its URL. The same block of the same segment is always the same array, so bytes that nobody copied are
 * compared by looking at one reference.
 */
export class SegmentBodies {
  private readonly pool: Uint8Array[] = []
  private readonly rests = new Map<string, Uint8Array>()
  private readonly known = new Map<string, { readonly start: number; readonly length: number }>()

  /** `measure` gives the length of a segment in bytes, always the same. */
  constructor(private readonly measure: (url: string) => number) {}

  /** The length of a segment, in bytes. */
  lengthOf(url: string): number {
    return this.segment(url).length
  }

  /** Block `index` of a segment: 16 KiB, or less for the last. Its buffer holds nothing else. */
  block(url: string, index: number): Uint8Array {
    const segment = this.segment(url)
    const place = (segment.start + index) % blocksMax
    const length = blockLength(segment.length, index)
    const whole = (this.pool[place] ??= randomBlock(place))
    if (length === blockBytes) return whole
    const name = `${place} ${length}`
    const rest = this.rests.get(name) ?? whole.slice(0, length)
    this.rests.set(name, rest)
    return rest
  }

  /** Bytes `from` to `to` (exclusive) of a segment, within one block. */
  part(url: string, from: number, to: number): Uint8Array {
    const index = Math.floor(from / blockBytes)
    const block = this.block(url, index)
    const start = index * blockBytes
    if (from === start && to === start + block.length) return block
    return block.slice(from - start, to - start)
  }

  /** Whether these consecutive blocks are the segment's bytes, all of them. */
  matches(url: string, blocks: readonly Uint8Array[], totalBytes: number): boolean {
    if (totalBytes !== this.lengthOf(url)) return false
    let at = 0
    for (const [index, block] of blocks.entries()) {
      const truth = this.block(url, index)
      if (block !== truth && Buffer.compare(block, truth) !== 0) return false
      at += block.length
    }
    return at === totalBytes
  }

  private segment(url: string): { readonly start: number; readonly length: number } {
    const known = this.known.get(url)
    if (known !== undefined) return known
    let state = 7
    for (let at = 0; at < url.length; at += 1) state = (Math.imul(state, 31) + url.charCodeAt(at)) >>> 0
    const segment = { start: state % blocksMax, length: this.measure(url) }
    this.known.set(url, segment)
    return segment
  }
}

function randomBlock(place: number): Uint8Array {
  const block = new Uint8Array(blockBytes)
  let state = place + 1
  for (let index = 0; index < block.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    block[index] = state >>> 24
  }
  return block
}

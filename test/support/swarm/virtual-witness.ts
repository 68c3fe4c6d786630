import type { RenditionId } from '../../../protocol/ids.js'
import { digestListHoldersMax } from '../../../protocol/limits.js'
import type { Sha256 } from '../../../protocol/merkle-tree.js'
import { digestOf } from '../../../protocol/segment-digest.js'
import type { LiveStream } from './live-stream.js'
import type { VirtualCdn } from './virtual-cdn.js'
import type { VirtualClock } from './virtual-clock.js'
import type { VirtualViewer } from './virtual-viewer.js'

/** How the tracker's witness is in virtual time. */
export interface WitnessShape {
  readonly sha256: Sha256
  /** From a segment's birth to its digest at the members. Undefined for a segment: there is none. */
  readonly delayMs: (sequence: number) => number | undefined
}

/** Bytes of a digest in the tracker's JSON, without and with each hash of its list. */
const digestTextBytes = 330
const hashTextBytes = 46

/** Tells the members the digest of each new segment, and a few of them, by turns, the hash list. */
export class VirtualWitness {
  /** Bytes that digests took on the members' tracker connections. */
  bytes = 0

  constructor(
    private readonly shape: WitnessShape,
    private readonly world: {
      readonly clock: VirtualClock
      readonly cdn: VirtualCdn
      readonly stream: LiveStream
      readonly viewers: readonly VirtualViewer[]
    },
    private readonly rendition: RenditionId,
  ) {}

  start(): this {
    this.awaitBirth(Math.max(0, this.world.stream.newestAt(this.world.clock.now())))
    return this
  }

  private awaitBirth(sequence: number): void {
    const { clock, stream } = this.world
    clock.wake(stream.bornAt(sequence), () => {
      const delayMs = this.shape.delayMs(sequence)
      if (delayMs !== undefined) clock.wake(clock.now() + delayMs, () => this.tell(sequence))
      this.awaitBirth(sequence + 1)
    })
  }

  private tell(sequence: number): void {
    const { cdn, stream, viewers } = this.world
    const url = stream.url(this.rendition, sequence)
    const body = wholeBody(cdn, url)
    const { digest, hashes } = digestOf(this.shape.sha256, stream.identity(this.rendition, sequence), body)
    const first = (sequence * digestListHoldersMax) % Math.max(viewers.length, 1)
    for (const [index, viewer] of viewers.entries()) {
      const turn = (index - first + viewers.length) % viewers.length
      const listed = turn < digestListHoldersMax
      this.bytes += digestTextBytes + (listed ? hashes.length * hashTextBytes : 0)
      viewer.driver.tell({ kind: 'digest-told', digest, ...(listed ? { hashes } : {}) })
    }
  }
}

function wholeBody({ bodies }: VirtualCdn, url: string): Uint8Array {
  const body = new Uint8Array(bodies.lengthOf(url))
  for (let index = 0, at = 0; at < body.length; index += 1) {
    const block = bodies.block(url, index)
    body.set(block, at)
    at += block.length
  }
  return body
}

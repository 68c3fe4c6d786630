import type { EngineOutput } from '../../../client-sdk/src/engine/outputs.js'
import type { Random } from '../../../client-sdk/src/ports/random.js'
import { blockBytes } from '../../../protocol/block.js'
import { claimHopsMax, segmentBytesMax } from '../../../protocol/limits.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'
import type { EngineHarness } from './engine-harness.js'
import { blockOf, memberId, otherVideo } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'

export interface HostileRules {
  /** May it tell false lengths and send false bytes? Without digests nobody could tell. */
  readonly lengths: boolean
  readonly truth: (segment: SegmentIdentity) => Uint8Array
  readonly segment: () => SegmentIdentity
  readonly blockLength: (segment: SegmentIdentity, index: number) => number
}

/** A neighbour that says and does anything that decodes, in any order. */
export class FuzzHostile {
  private readonly named = new Map<number, SegmentIdentity>()

  constructor(
    private readonly harness: EngineHarness,
    readonly neighbour: ScriptedNeighbour,
    private readonly random: Random,
    private readonly rules: HostileRules,
  ) {}

  act(): void {
    const roll = this.random()
    if (roll < 0.55) this.neighbour.says(this.message())
    else if (roll < 0.7) this.sendBlock()
    else this.meddle()
  }

  private message(): WireMessage {
    const handle = this.handle()
    switch (this.below(11)) {
      case 0:
        return { kind: 'hello', version: 1 + this.below(8 * this.below(2)), uploads: this.random() < 0.5 }
      case 1:
        return { kind: 'follow', rendition: otherVideo }
      case 2:
        return this.doing(handle)
      case 3:
        return { kind: 'holds', handle, runs: [this.run(), this.run()] }
      case 4:
        return { kind: 'have', handle, bytes: this.length(handle) }
      case 5:
        return { kind: 'lost', handle }
      case 6:
        return { kind: 'ends', handle, bytes: this.length(handle) }
      case 7:
        return { kind: 'claim', ...this.claim() }
      case 8:
        return { kind: 'cdn-pace', permille: 1 + this.below(3000) }
      case 9:
        return { kind: 'shortage', tenths: this.below(11) }
      default:
        return { kind: 'unclaim', ...this.claim() }
    }
  }

  private doing(handle: number): WireMessage {
    const segment = this.rules.segment()
    if (!this.named.has(handle)) this.named.set(handle, segment)
    return { kind: 'doing', handle, segment: this.named.get(handle) ?? segment }
  }

  private length(handle: number): number {
    const segment = this.named.get(handle)
    if (segment !== undefined && !this.rules.lengths) return this.rules.truth(segment).length
    return this.one([1, blockBytes, segmentBytesMax, 1 + this.below(20 * blockBytes)])
  }

  private run(): { first: number; count: number } {
    if (this.random() < 0.02) return { first: this.below(4000), count: 1 + this.below(96) }
    return { first: this.below(8), count: 1 + this.below(8) }
  }

  private claim() {
    const claimant =
      this.random() < 0.1 ? this.harness.engine['context'].config.self : memberId(this.below(5000))
    return {
      segment: { ...this.rules.segment(), discontinuity: this.below(200) * this.below(2) },
      claimant,
      run: { first: 0, count: 0 },
      hops: this.below(claimHopsMax + 1),
    }
  }

  /** Answers a request, truthfully unless lies are allowed; or sends a block that nobody asked for. */
  private sendBlock(): void {
    const [request] = this.neighbour.requests
    if (request === undefined || this.random() < 0.1) {
      const offset = this.below(20) * (blockBytes / 2)
      this.neighbour.gives(
        this.handle(),
        offset,
        new Uint8Array(this.one([0, 1, blockBytes, blockBytes + 1])),
      )
      return
    }
    const { handle, offset, length } = request
    const segment = this.named.get(handle)
    if (segment !== undefined && !this.rules.lengths) {
      const bytes = blockOf(this.rules.truth(segment), offset / blockBytes)
      // Beyond the end there are no true bytes: an honest answer is a refusal.
      if (bytes.length === length) this.neighbour.gives(handle, offset, bytes)
      else this.neighbour.rejects(request)
      return
    }
    this.neighbour.gives(handle, offset, new Uint8Array(length).fill(0xbd))
  }

  /** Requests, cancels and rejects with fields of all kinds, and a link that is full or not. */
  private meddle(): EngineOutput[] {
    const { link } = this.neighbour
    const offset = this.one([0, 1, blockBytes, this.below(0x1_0000_0000), this.below(12) * blockBytes])
    const length = this.one([0, 1, blockBytes, this.below(0x1_0000_0000)])
    const fields = { link, handle: this.handle(), offset, length }
    switch (this.below(5)) {
      case 0:
        return this.harness.tell({ kind: 'request-cancelled', ...fields })
      case 1:
        return this.harness.tell({ kind: 'request-rejected', ...fields })
      case 2:
        this.neighbour.backlog = this.below(1_000_000)
        return []
      case 3:
        this.neighbour.backlog = 0
        return []
      default:
        return this.harness.tell({ kind: 'block-requested', ...fields })
    }
  }

  private handle(): number {
    return this.random() < 0.05 ? this.below(0x1_0000_0000) : this.below(30)
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  private one<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0]
  }
}

import type { EngineInput, LinkId } from '../../../client-sdk/src/engine/inputs.js'
import type { EngineOutput } from '../../../client-sdk/src/engine/outputs.js'
import { blockBytes, blockCount, blockLength } from '../../../protocol/block.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { ClaimedRun, WireMessage } from '../../../protocol/wire-messages.js'
import { outputsOf, type OutputOf } from './engine-outputs.js'
import { blockOf } from './media.js'

export type MessageOf<Kind extends WireMessage['kind']> = Extract<WireMessage, { kind: Kind }>

/** A neighbour that does what the test says. */
export class ScriptedNeighbour {
  /** What the engine asked for and this neighbour has not answered, nor the engine taken back. */
  readonly requests: OutputOf<'request-block'>[] = []
  /** The segments that it offered: the first one by handle 1, and so on. */
  readonly named: SegmentIdentity[] = []
  private readonly orders: EngineOutput[] = []
  /** What waits in the send buffer of the link to this neighbour, in bytes; 0 is a line that takes all at once. */
  backlog = 0

  constructor(
    private readonly tell: (input: EngineInput) => EngineOutput[],
    readonly link: LinkId,
    readonly member: MemberId,
  ) {}

  /** The harness hands on every order of the engine that is for this link. */
  take(order: EngineOutput): void {
    this.orders.push(order)
    if (order.kind === 'request-block') this.requests.push(order)
    if (order.kind === 'cancel-block') this.answered(order.handle, order.offset)
  }

  says(message: WireMessage): EngineOutput[] {
    return this.tell({ kind: 'message-received', link: this.link, message })
  }

  /** Says that it is receiving the segment and holds these blocks. Returns its handle. */
  offers(segment: SegmentIdentity, blocks = 0, first = 0): number {
    const handle = this.named.push(segment)
    this.says({ kind: 'doing', handle, segment })
    if (blocks > 0) this.says({ kind: 'holds', handle, runs: [{ first, count: blocks }] })
    return handle
  }

  /** Says that it holds the segment whole. Returns its handle. */
  has(segment: SegmentIdentity, bytes: number): number {
    const handle = this.offers(segment)
    this.says({ kind: 'have', handle, bytes })
    return handle
  }

  /** Of the whole segment, unless a run is given. */
  claims(
    segment: SegmentIdentity,
    claimant = this.member,
    hops = 0,
    run: ClaimedRun = { first: 0, count: 0 },
  ): EngineOutput[] {
    return this.says({ kind: 'claim', segment, claimant, run, hops })
  }

  /** As `claims`, of what is claimed no longer. */
  unclaims(
    segment: SegmentIdentity,
    claimant = this.member,
    hops = 0,
    run: ClaimedRun = { first: 0, count: 0 },
  ): EngineOutput[] {
    return this.says({ kind: 'unclaim', segment, claimant, run, hops })
  }

  /** Asks the engine for a block, as one that knows the segment's length if `segmentBytes` is given. */
  asks(handle: number, index: number, segmentBytes = Number.POSITIVE_INFINITY): EngineOutput[] {
    const offset = index * blockBytes
    const length = blockLength(segmentBytes, index)
    return this.tell({ kind: 'block-requested', link: this.link, handle, offset, length })
  }

  gives(handle: number, offset: number, bytes: Uint8Array): EngineOutput[] {
    this.answered(handle, offset)
    return this.tell({ kind: 'block-received', link: this.link, handle, offset, bytes })
  }

  /** Answers what it was asked, truthfully. Returns how many blocks it gave. */
  givesAll(body: Uint8Array): number {
    const asked = [...this.requests]
    for (const { handle, offset } of asked) this.gives(handle, offset, blockOf(body, offset / blockBytes))
    return asked.length
  }

  /** Answers until it is asked for nothing more; only for these blocks, if they are named. */
  givesUntilDone(body: Uint8Array, only?: readonly number[]): void {
    for (let round = 0; round <= blockCount(body.length); round += 1) {
      const asked = this.requests.filter(({ offset }) => only?.includes(offset / blockBytes) ?? true)
      if (asked.length === 0) return
      for (const { handle, offset } of asked) this.gives(handle, offset, blockOf(body, offset / blockBytes))
    }
  }

  rejects({ handle, offset, length }: OutputOf<'request-block'>): EngineOutput[] {
    this.answered(handle, offset)
    return this.tell({ kind: 'request-rejected', link: this.link, handle, offset, length })
  }

  leaves(): EngineOutput[] {
    return this.tell({ kind: 'link-closed', link: this.link })
  }

  /** What the engine told this neighbour. */
  heard<Kind extends WireMessage['kind']>(kind: Kind): MessageOf<Kind>[] {
    return this.ordersOf('send')
      .map(({ message }) => message)
      .filter((message): message is MessageOf<Kind> => message.kind === kind)
  }

  ordersOf<Kind extends EngineOutput['kind']>(kind: Kind): OutputOf<Kind>[] {
    return outputsOf(this.orders, kind)
  }

  private answered(handle: number, offset: number): void {
    const at = this.requests.findLastIndex(
      (request) => request.handle === handle && request.offset === offset,
    )
    if (at >= 0) this.requests.splice(at, 1)
  }
}

import assert from 'node:assert/strict'
import type { FetchFailure, FetchId, WantId } from '../../../client-sdk/src/engine/inputs.js'
import type { EngineOutput } from '../../../client-sdk/src/engine/outputs.js'
import type { Random } from '../../../client-sdk/src/ports/random.js'
import { blockBytes, blockCount, blockLength } from '../../../protocol/block.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { EngineHarness } from './engine-harness.js'
import { FuzzHostile } from './fuzz-hostile.js'
import { blockOf, bodyOf, memberId, otherVideo, segment, video } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'

const segmentsKnown = 12
const failures: FetchFailure[] = [{ kind: 'network' }, { kind: 'truncated' }, { kind: 'status', status: 503 }]

/** The length of a segment: from 1 byte to 12 blocks, some of them a whole number of blocks. */
function lengthOf({ sequence }: SegmentIdentity): number {
  return [1, blockBytes, 5 * blockBytes, 3 * blockBytes + 1, 12 * blockBytes - 1][sequence % 5] ?? 1
}

export function truthOf(identity: SegmentIdentity): Uint8Array {
  return bodyOf(identity, lengthOf(identity))
}

/**
 * One engine among two honest neighbours, two hostile ones, an honest CDN that fails at times, and a fickle player.
 * Everything is drawn from the seed.
 */
export class FuzzWorld {
  readonly harness: EngineHarness
  readonly random: Random
  private readonly honest: ScriptedNeighbour[]
  private readonly hostile: FuzzHostile[]
  private readonly wants = new Map<WantId, { segment: SegmentIdentity; abandoned: boolean }>()
  private readonly positions = new Map<FetchId, { at: number; end: number }>()
  private sequence = 1
  private checked = 0
  /** Links made so far, hostile ones that came back included. */
  private members = 0

  constructor(
    seed: number,
    private readonly lies: 'any' | 'no false bytes or lengths',
  ) {
    this.random = seededRandom(seed)
    this.harness = new EngineHarness({
      self: memberId(1000 + this.below(50)),
      cacheBytesMax: this.below(40) * blockBytes,
      uploadBytesPerSecondMax: this.one([0, 50_000, 1_000_000, Number.POSITIVE_INFINITY]),
    })
    this.harness.follow()
    this.honest = [this.linkHonest(), this.linkHonest()]
    this.hostile = [this.linkHostile(), this.linkHostile()]
  }

  /** One thing happens. */
  act(): void {
    const roll = this.random()
    if (roll < 0.35) this.actHostile()
    else if (roll < 0.6) this.actHonest()
    else if (roll < 0.8) this.actCdn()
    else if (roll < 0.92) this.actPlayer()
    else this.harness.pass(this.below(400))
    this.check()
  }

  /** All harm ends: hostile links close, the CDN answers everything. Every want must come to its end. */
  heal(): void {
    for (const { neighbour } of this.hostile) neighbour.leaves()
    for (let round = 0; round < 100; round += 1) {
      for (const order of [...this.harness.fetches.values()]) {
        const position = this.positions.get(order.fetch)
        if (position === undefined) this.harness.serve(order, truthOf(order.segment))
        else this.sendRest(order.fetch, order.segment, position)
      }
      this.harness.pass(500)
      this.check()
    }
    if (this.lies !== 'any') {
      for (const neighbour of this.honest) {
        assert.deepEqual(neighbour.ordersOf('close-link'), [], 'who keeps the rules is accused of nothing')
      }
    }
    for (const [want, { abandoned }] of this.wants) {
      const answers = this.harness.answers(want).length
      assert.ok(abandoned ? answers <= 1 : answers === 1, `want ${want} was answered ${answers} times`)
    }
  }

  private actHostile(): void {
    const index = this.below(this.hostile.length)
    const hostile = this.hostile[index]
    if (hostile === undefined) return
    hostile.act()
    const closing = hostile.neighbour.ordersOf('close-link').length > 0
    if (closing && this.random() < 0.3) {
      hostile.neighbour.leaves()
      this.hostile[index] = this.linkHostile()
    }
  }

  private actHonest(): void {
    const neighbour = this.one(this.honest)
    const [request] = neighbour.requests
    const roll = this.random()
    if (roll < 0.6 && request !== undefined) this.answer(neighbour, request.handle, request.offset)
    else if (roll < 0.7) this.announce(neighbour)
    else if (roll < 0.9) this.ask(neighbour)
    else if (roll < 0.93) neighbour.claims(this.segment(), memberId(this.below(70)))
    else if (roll < 0.95) neighbour.backlog = this.below(1_000_000)
    else neighbour.backlog = 0
  }

  /** Honest neighbours hold segments whole, and each names a segment once. */
  private announce(neighbour: ScriptedNeighbour): void {
    const identity = this.segment()
    if (neighbour.named.some((named) => named.sequence === identity.sequence)) return
    neighbour.has(identity, lengthOf(identity))
  }

  private answer(neighbour: ScriptedNeighbour, handle: number, offset: number): void {
    const identity = neighbour.named[handle - 1]
    assert.ok(identity, 'the engine asks for what was offered')
    neighbour.gives(handle, offset, blockOf(truthOf(identity), offset / blockBytes))
  }

  /** Asks for a block that the engine said it holds. */
  private ask(neighbour: ScriptedNeighbour): void {
    const told = neighbour.heard('have')
    if (told.length === 0) return
    const { handle, bytes } = this.one(told)
    neighbour.asks(handle, this.below(blockCount(bytes)), bytes)
  }

  private actCdn(): void {
    const orders = [...this.harness.fetches.values()]
    if (orders.length === 0) return
    const { fetch, from, to, segment: identity } = this.one(orders)
    const truth = truthOf(identity)
    const position = this.positions.get(fetch)
    if (this.random() < 0.05) this.harness.fail(fetch, this.one(failures))
    else if (position === undefined) this.begin(fetch, from, to, truth)
    else this.continue(fetch, truth, position)
  }

  private begin(fetch: FetchId, from: number, to: number | undefined, truth: Uint8Array): void {
    const ignoresRange = this.random() < 0.1
    if (from >= truth.length && !ignoresRange) {
      this.harness.fail(fetch, { kind: 'beyond-end' })
      return
    }
    const at = ignoresRange ? 0 : from
    const end = ignoresRange ? truth.length : Math.min(to ?? truth.length, truth.length)
    this.positions.set(fetch, { at, end })
    this.harness.start(fetch, at, this.random() < 0.7 ? end - at : undefined)
  }

  private continue(fetch: FetchId, truth: Uint8Array, position: { at: number; end: number }): void {
    const next = Math.min(position.end, position.at + 1 + this.below(3 * blockBytes))
    if (next > position.at) this.harness.progress(fetch, truth.subarray(position.at, next))
    position.at = next
    if (next === position.end && this.harness.fetches.has(fetch)) this.harness.end(fetch)
  }

  private sendRest(fetch: FetchId, identity: SegmentIdentity, position: { at: number; end: number }): void {
    const truth = truthOf(identity)
    while (this.harness.fetches.has(fetch)) this.continue(fetch, truth, position)
  }

  private actPlayer(): void {
    const roll = this.random()
    if (roll < 0.5) {
      if (this.random() < 0.5) this.sequence = Math.min(this.sequence + 1, segmentsKnown)
      const identity = segment(this.random() < 0.8 ? this.sequence : 1 + this.below(segmentsKnown))
      const deadline = this.harness.now + this.below(8000) - 500
      this.wants.set(this.harness.want(identity, { deadline, live: this.random() < 0.8 }), {
        segment: identity,
        abandoned: false,
      })
    } else if (roll < 0.6 && this.wants.size > 0) {
      const want = this.one([...this.wants.keys()])
      this.harness.tell({ kind: 'segment-abandoned', want })
      const known = this.wants.get(want)
      if (known !== undefined) known.abandoned = true
    } else if (roll < 0.9) {
      const newest = Math.min(segmentsKnown, this.sequence + this.below(4))
      this.harness.list(Array.from({ length: 4 }, (_, back) => segment(Math.max(0, newest - 3 + back))))
    } else if (roll < 0.95) {
      this.harness.tell({ kind: 'rendition-followed', rendition: this.one([video, otherVideo]) })
    } else {
      const bytesPerSecond = this.one([0, 30_000, Number.POSITIVE_INFINITY])
      this.harness.tell({ kind: 'upload-capped', bytesPerSecond })
    }
  }

  private check(): void {
    const { outputs } = this.harness
    for (; this.checked < outputs.length; this.checked += 1) {
      const output = outputs[this.checked]
      if (output !== undefined) this.checkOrder(output)
    }
    const at = this.harness.engine.wakeAt()
    assert.ok(at === undefined || (!Number.isNaN(at) && at > Number.NEGATIVE_INFINITY), `wakeAt is ${at}`)
    this.checkBounds()
  }

  private checkOrder(order: EngineOutput): void {
    if (order.kind === 'request-block') {
      assert.ok(order.offset % blockBytes === 0 && order.length <= blockBytes, JSON.stringify(order))
      if (this.lies !== 'any') assert.ok(order.length > 0, JSON.stringify(order))
    }
    if (order.kind === 'fetch') {
      assert.ok(order.from >= 0 && order.from % blockBytes === 0, JSON.stringify(order))
      assert.ok(order.to === undefined || order.to > order.from, JSON.stringify(order))
    }
    if (order.kind === 'deliver' && this.lies !== 'any') {
      const identity = this.wants.get(order.want)?.segment
      assert.ok(identity)
      assert.equal(Buffer.compare(Buffer.concat(order.blocks), truthOf(identity)), 0, 'the delivery is exact')
      assert.equal(order.totalBytes, lengthOf(identity))
      assert.equal(order.delivery.cdnBytes + order.delivery.peerBytes, order.totalBytes)
    }
  }

  private checkBounds(): void {
    const { neighbours } = this.harness.engine['context']
    for (const neighbour of neighbours.values()) {
      assert.ok(neighbour['offers'].size <= 256)
      assert.ok(neighbour['offersOf'].size <= 256)
      assert.ok(neighbour['requests'].size <= 2048 + 64)
      assert.ok(neighbour.serveQueue.length <= 64)
      assert.ok([...neighbour.waiting()].length <= 32)
    }
    assert.ok(this.harness.kept.claims <= 256)
  }

  /** What came about in this world, so that a test can tell that it looked at something. */
  get events(): Record<string, number> {
    const { harness } = this
    const { peerBytes, uploadedBytes, segments } = harness.engine.totals
    return {
      delivered: harness.of('deliver').length,
      failed: harness.of('fail').length,
      accused: harness.of('close-link').length,
      aborted: harness.of('abort-fetch').length,
      cancelled: harness.of('cancel-block').length,
      lost: harness.of('send').filter(({ message }) => message.kind === 'lost').length,
      fromPeers: segments.peers,
      mixed: segments.mixed,
      taken: peerBytes,
      given: uploadedBytes,
    }
  }

  private linkHonest(): ScriptedNeighbour {
    this.members += 1
    return this.harness.link(memberId(this.members))
  }

  private linkHostile(): FuzzHostile {
    this.members += 1
    return new FuzzHostile(this.harness, this.harness.link(memberId(this.members), 'silent'), this.random, {
      lengths: this.lies === 'any',
      truth: truthOf,
      segment: () => this.segment(),
      blockLength: (identity, index) => blockLength(lengthOf(identity), index),
    })
  }

  private segment(): SegmentIdentity {
    return segment(1 + this.below(segmentsKnown))
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  private one<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)]
    assert.ok(value !== undefined)
    return value
  }
}

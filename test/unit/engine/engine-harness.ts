import assert from 'node:assert/strict'
import type { EngineConfig } from '../../../client-sdk/src/engine/context.js'
import { Engine } from '../../../client-sdk/src/engine/engine.js'
import type {
  EngineInput,
  FetchFailure,
  FetchId,
  LinkId,
  ListedSegment,
  WantId,
} from '../../../client-sdk/src/engine/inputs.js'
import type { EngineOutput } from '../../../client-sdk/src/engine/outputs.js'
import { blockBytes } from '../../../protocol/block.js'
import { blockHash } from '../../../protocol/merkle-tree.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import { sha256 } from '../../support/sha256.js'
import { outputsOf, type OutputOf } from './engine-outputs.js'
import { bodyOf, memberId, sourceOf, video } from './media.js'
import { ScriptedNeighbour } from './scripted-neighbour.js'

type WantInput = Extract<EngineInput, { kind: 'segment-wanted' }>

/** Wakes at one moment of virtual time before the harness says that the engine turns on the spot. */
const wakesAtOnceMax = 200

/** Runs one engine in virtual time against scripted neighbours and a scripted CDN, and remembers every order. */
export class EngineHarness {
  now = 10_000
  readonly engine: Engine
  readonly outputs: EngineOutput[] = []
  /** When each of the outputs was given. */
  readonly times: number[] = []
  /** Fetches ordered and neither over nor aborted, oldest first. */
  readonly fetches = new Map<FetchId, OutputOf<'fetch'>>()
  /** True: hashes come only with {@link hash}, for the orders in `hashOrders`. */
  holdsHashes = false
  readonly hashOrders: OutputOf<'hash-block'>[] = []
  private readonly neighbours = new Map<LinkId, ScriptedNeighbour>()
  private wants = 0

  constructor(config: Partial<EngineConfig> = {}) {
    this.engine = new Engine({
      self: memberId(1),
      cacheBytesMax: 64 * 1024 * 1024,
      uploadBytesPerSecondMax: Number.POSITIVE_INFINITY,
      ...config,
    })
  }

  tell(input: EngineInput): EngineOutput[] {
    const outputs = this.engine.step(this.now, input)
    for (const output of outputs) {
      this.outputs.push(output)
      this.times.push(this.now)
      if (output.kind === 'fetch') this.fetches.set(output.fetch, output)
      if (output.kind === 'abort-fetch') this.fetches.delete(output.fetch)
      if ('link' in output) this.neighbours.get(output.link)?.take(output)
    }
    const orders = outputsOf(outputs, 'hash-block')
    if (this.holdsHashes) this.hashOrders.push(...orders)
    else for (const order of orders) outputs.push(...this.hash(order))
    return outputs
  }

  hash(order: OutputOf<'hash-block'>): EngineOutput[] {
    return this.tell({ kind: 'block-hashed', order, hash: blockHash(sha256, order.bytes) })
  }

  /** Lets time pass, waking the engine whenever it asks for it. */
  pass(ms: number): EngineOutput[] {
    const outputs: EngineOutput[] = []
    const end = this.now + ms
    let wakesAtOnce = 0
    for (let at = this.engine.wakeAt(); at !== undefined && at <= end; at = this.engine.wakeAt()) {
      assert.ok(!Number.isNaN(at), 'wakeAt is a number')
      wakesAtOnce = at > this.now ? 0 : wakesAtOnce + 1
      assert.ok(wakesAtOnce <= wakesAtOnceMax, `time stands still at ${this.now}`)
      this.now = Math.max(this.now, at)
      outputs.push(...this.wake())
    }
    this.now = end
    outputs.push(...this.wake())
    return outputs
  }

  /** As the driver does: looks at the send buffers while blocks wait for them. */
  private wake(): EngineOutput[] {
    const backlogs = new Map([...this.neighbours].map(([link, { backlog }]) => [link, backlog] as const))
    const seen = this.engine.watchesBacklogs ? this.tell({ kind: 'backlogs-seen', backlogs }) : []
    return [...seen, ...this.tell({ kind: 'woken' })]
  }

  /** A link opens to a member that has said hello, unless `silent`. */
  link(member: MemberId, greeting: 'hello' | 'silent' = 'hello'): ScriptedNeighbour {
    const neighbour = new ScriptedNeighbour(
      (input) => this.tell(input),
      (this.neighbours.size + 1) as LinkId,
      member,
    )
    this.neighbours.set(neighbour.link, neighbour)
    this.tell({ kind: 'link-opened', link: neighbour.link, member })
    if (greeting === 'hello') neighbour.says({ kind: 'hello', version: 1, uploads: true, rendition: video })
    return neighbour
  }

  follow(): void {
    this.tell({ kind: 'rendition-followed', rendition: video })
  }

  list(segments: readonly SegmentIdentity[], rendition = video): EngineOutput[] {
    const listed = segments.map((segment): ListedSegment => ({
      segment,
      source: sourceOf(segment),
      durationMs: 2000,
    }))
    return this.tell({ kind: 'playlist-seen', rendition, segments: listed })
  }

  /** The player asks; by default it is live, and needs the segment in 4 s. */
  want(segment: SegmentIdentity, options: Partial<WantInput> = {}): WantId {
    this.wants += 1
    const want = this.wants as WantId
    this.tell({
      kind: 'segment-wanted',
      want,
      segment,
      source: sourceOf(segment),
      live: true,
      deadline: this.now + 4000,
      firstByteTimeoutMs: 10_000,
      loadTimeoutMs: 20_000,
      ...options,
    })
    return want
  }

  /** The player has what comes before the segment, which is the next that its playlist will list. */
  playTheOneBefore(next: SegmentIdentity): void {
    const before = { ...next, sequence: next.sequence - 1 }
    this.list([before])
    this.want(before, { deadline: this.now })
    this.serveAll(bodyOf(before, blockBytes))
  }

  /** Time passes until the CDN is asked for what was claimed. */
  passCrossing(): void {
    this.pass(tuning.claimCrossMs)
  }

  /** The only open fetch. */
  get fetch(): OutputOf<'fetch'> {
    const [fetch, ...more] = this.fetches.values()
    assert.ok(fetch, 'a fetch is open')
    assert.equal(more.length, 0, 'only one fetch is open')
    return fetch
  }

  start(fetch: FetchId, offset: number, bytesExpected?: number): EngineOutput[] {
    const expected = bytesExpected === undefined ? {} : { bytesExpected }
    return this.tell({ kind: 'fetch-started', fetch, offset, ...expected })
  }

  progress(fetch: FetchId, bytes: Uint8Array): EngineOutput[] {
    return this.tell({ kind: 'fetch-progressed', fetch, bytes: bytes.slice() })
  }

  end(fetch: FetchId): EngineOutput[] {
    this.fetches.delete(fetch)
    return this.tell({ kind: 'fetch-ended', fetch })
  }

  fail(fetch: FetchId, failure: FetchFailure): EngineOutput[] {
    this.fetches.delete(fetch)
    return this.tell({ kind: 'fetch-failed', fetch, failure })
  }

  /** The CDN answers this fetch truthfully and in full, now. */
  serve({ fetch, from, to }: OutputOf<'fetch'>, body: Uint8Array): void {
    if (from >= body.length) {
      this.fail(fetch, { kind: 'beyond-end' })
      return
    }
    const end = Math.min(to ?? body.length, body.length)
    this.start(fetch, from, end - from)
    for (let at = from; at < end && this.fetches.has(fetch); at += blockBytes) {
      this.progress(fetch, body.subarray(at, Math.min(at + blockBytes, end)))
    }
    if (this.fetches.has(fetch)) this.end(fetch)
  }

  serveAll(body: Uint8Array): void {
    for (const fetch of [...this.fetches.values()]) this.serve(fetch, body)
  }

  of<Kind extends EngineOutput['kind']>(kind: Kind): OutputOf<Kind>[] {
    return outputsOf(this.outputs, kind)
  }

  /** How this want was answered: in an engine that keeps its word, once at most. */
  answers(want: WantId): (OutputOf<'deliver'> | OutputOf<'fail'>)[] {
    return this.outputs.filter(
      (output) => (output.kind === 'deliver' || output.kind === 'fail') && output.want === want,
    ) as (OutputOf<'deliver'> | OutputOf<'fail'>)[]
  }

  /** The bytes handed to the player for this want; fails unless it was answered once, with them. */
  delivered(want: WantId): Uint8Array {
    const [answer, ...more] = this.answers(want)
    assert.equal(more.length, 0, 'a want is answered once')
    assert.ok(answer?.kind === 'deliver', `want ${want} is delivered, not ${JSON.stringify(answer)}`)
    const bytes = Buffer.concat(answer.blocks)
    assert.equal(answer.totalBytes, bytes.length, 'the told length is that of the blocks')
    return bytes
  }

  /** What the engine keeps, for tests of its bounds. */
  get kept(): { tasks: number; copies: number; bytes: number; claims: number } {
    const { tasks, store, claims } = this.engine['context']
    const copies = [...store.all()]
    const bytes = copies.reduce((sum, copy) => sum + copy.heldBytes, 0)
    return { tasks: tasks.size, copies: copies.length, bytes, claims: claims['bySegment'].size }
  }

  violations(): string[] {
    return this.of('close-link').map(({ violation }) => violation)
  }
}

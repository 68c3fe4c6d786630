import type { FetchFailure } from '../engine/inputs.js'
import type { Delivery } from '../engine/outputs.js'
import type { Clock } from '../ports/clock.js'
import type {
  Loader,
  LoaderCallbacks,
  LoaderClass,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
} from './loader-contract.js'
import { bitsPerSecond, deliveredTiming, pacedFirstByteAt } from './loader-stats.js'
import type { OrderListener, SegmentDesk, SegmentOrder } from './segment-desk.js'

/** Makes the class that hls.js is given as `config.fLoader`. `Original` is what it would have used itself. */
export function segmentLoaderClass(Original: LoaderClass, desk: SegmentDesk, clock: Clock): LoaderClass {
  return class PrismeshSegmentLoader extends SegmentLoader {
    constructor(settings: object) {
      super(new Original(settings), desk, clock)
    }
  }
}

type LoaderState =
  | { readonly kind: 'new' }
  | { readonly kind: 'ordered'; order: SegmentOrder; readonly cancelWatchdog: () => void }
  | { readonly kind: 'passing' }
  | { readonly kind: 'settled' }

/**
 * Loads one segment for hls.js: through the engine when the desk takes the order, through the original loader
 * otherwise, or as soon as sharing ends. Keeps the contract of hls.js's own XhrLoader (xhr-loader.ts, 1.7.4): one of
 * success, error, time-out or abort, once; nothing after `destroy`.
 *
 * The original loader is made with every segment loader and lends it its `stats`: hls.js takes a reference to them
 * before `load`, when nobody knows yet which way the segment will come.
 */
export class SegmentLoader implements Loader {
  context: LoaderContext | null = null
  readonly stats: LoaderStats
  private config: LoaderConfiguration | undefined
  private callbacks: LoaderCallbacks | undefined
  private state: LoaderState = { kind: 'new' }

  constructor(
    private readonly original: Loader,
    private readonly desk: SegmentDesk,
    private readonly clock: Clock,
  ) {
    this.stats = original.stats
  }

  load(context: LoaderContext, config: LoaderConfiguration, callbacks: LoaderCallbacks): void {
    if (this.state.kind !== 'new') throw new Error('Loader can only be used once.')
    this.context = context
    this.config = config
    this.callbacks = callbacks
    const startedAt = this.clock.now()
    const state: LoaderState = {
      kind: 'ordered',
      order: { cancel: () => {} },
      cancelWatchdog: this.watch(startedAt, config),
    }
    // Before the order is placed: a desk may release or deliver at once.
    this.state = state
    this.startTiming(startedAt)
    const listener = this.listener(startedAt)
    const order = this.desk.order(context, config, listener)
    listener.placed()
    if (this.state !== state) return
    if (order) state.order = order
    else this.passThrough()
  }

  abort(): void {
    if (this.state.kind === 'passing') {
      this.original.abort()
      return
    }
    const wasUnderWay = this.settle()
    const { callbacks, context } = this
    if (!callbacks || !context) return
    if (wasUnderWay) this.stats.aborted = true
    callbacks.onAbort?.(this.stats, context, null)
  }

  destroy(): void {
    this.callbacks = undefined
    if (this.settle()) this.stats.aborted = true
    this.context = null
    this.config = undefined
    this.original.destroy()
  }

  getCacheAge(): number | null {
    return this.original.getCacheAge?.() ?? null
  }

  getResponseHeader(name: string): string | null {
    return this.original.getResponseHeader?.(name) ?? null
  }

  /** Answers given while the order is still being placed wait: no loader of hls.js's own answers within `load`. */
  private listener(startedAt: number): OrderListener & { placed(): void } {
    let firstByteAt = 0
    let answer: (reply: () => void) => void = queueMicrotask
    return {
      placed: () => {
        answer = (reply) => reply()
      },
      progressed: (loadedBytes, totalBytes) => {
        if (this.state.kind !== 'ordered') return
        if (firstByteAt === 0 && loadedBytes > 0) {
          firstByteAt = Math.max(this.clock.now(), startedAt)
          this.pace(startedAt, firstByteAt)
        }
        this.stats.loaded = loadedBytes
        if (totalBytes !== undefined) this.stats.total = totalBytes
      },
      delivered: (blocks, totalBytes, delivery) => answer(() => this.deliver(blocks, totalBytes, delivery)),
      failed: (failure) => answer(() => this.fail(failure)),
      released: () => {
        if (this.state.kind === 'ordered') this.passThrough()
      },
    }
  }

  private startTiming(startedAt: number): void {
    this.stats.loading = { start: startedAt, first: 0, end: 0 }
    this.stats.loaded = 0
    this.stats.aborted = false
  }

  /** From here on `loading.first` depends on when it is read: see {@link pacedFirstByteAt}. */
  private pace(startedAt: number, firstByteAt: number): void {
    const { stats, desk, clock } = this
    stats.loading = {
      start: startedAt,
      end: 0,
      get first() {
        return pacedFirstByteAt(clock.now(), startedAt, stats.loaded, firstByteAt, desk.cdnBytesPerSecond)
      },
    }
  }

  private deliver(blocks: readonly Uint8Array[], totalBytes: number, delivery: Delivery): void {
    if (this.state.kind !== 'ordered') return
    const { callbacks, context, stats } = this
    const data = joinBlocks(blocks, totalBytes)
    this.settle()
    if (!callbacks || !context) return
    stats.loaded = stats.total = totalBytes
    stats.loading = deliveredTiming(this.clock.now(), totalBytes, delivery)
    stats.bwEstimate = bitsPerSecond(totalBytes, stats.loading)
    const response = { url: context.url, data, code: context.rangeEnd ? 206 : 200 }
    answerPlayer(() => {
      callbacks.onProgress?.(stats, context, data, null)
      callbacks.onSuccess(response, stats, context, null)
    })
  }

  private fail(failure: FetchFailure): void {
    if (!this.settle()) return
    const { callbacks, context, stats } = this
    if (!callbacks || !context) return
    if (failure.kind === 'timeout') {
      stats.aborted = true
      answerPlayer(() => callbacks.onTimeout(stats, context, null))
      return
    }
    answerPlayer(() => callbacks.onError(errorOf(failure), context, null, stats))
  }

  private passThrough(): void {
    const { callbacks, context, config, stats } = this
    this.settle()
    if (!callbacks || !context || !config) return
    this.state = { kind: 'passing' }
    // hls.js's loaders refuse to work when `start` says that they already did.
    stats.loading = { start: 0, first: 0, end: 0 }
    stats.loaded = stats.total = 0
    this.original.load(context, config, {
      ...callbacks,
      onSuccess: (response, endStats, endContext, details) => {
        this.desk.passedThrough(endContext, endStats.total || endStats.loaded)
        callbacks.onSuccess(response, endStats, endContext, details)
      },
    })
  }

  /** Whatever the engine does, the player hears of a time-out when its own loader would have told it. */
  private watch(startedAt: number, config: LoaderConfiguration): () => void {
    const { maxLoadTimeMs } = config.loadPolicy
    if (!Number.isFinite(maxLoadTimeMs) || maxLoadTimeMs <= 0) return () => {}
    return this.clock.wake(startedAt + maxLoadTimeMs, () => this.fail({ kind: 'timeout' }))
  }

  /** Ends what is under way with the engine; false when nothing was. */
  private settle(): boolean {
    const { state } = this
    if (state.kind !== 'ordered') return false
    this.state = { kind: 'settled' }
    state.cancelWatchdog()
    state.order.cancel()
    return true
  }
}

/** What the player's own code throws is its own uncaught error, as from an XMLHttpRequest's event, and no bug of ours. */
function answerPlayer(answer: () => void): void {
  try {
    answer()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** A fresh buffer: hls.js transfers it to its worker, and what was transferred is gone for whoever kept it. */
function joinBlocks(blocks: readonly Uint8Array[], totalBytes: number): ArrayBuffer {
  const joined = new Uint8Array(totalBytes)
  let offset = 0
  for (const block of blocks) {
    joined.set(block, offset)
    offset += block.length
  }
  if (offset !== totalBytes) throw new Error(`${offset} bytes were delivered of a segment of ${totalBytes}`)
  return joined.buffer
}

/** As XMLHttpRequest would have told it: status 0 when there was no answer. */
function errorOf(failure: Exclude<FetchFailure, { kind: 'timeout' }>): { code: number; text: string } {
  switch (failure.kind) {
    case 'status':
      return { code: failure.status, text: `HTTP status ${failure.status}` }
    case 'beyond-end':
      return { code: 416, text: 'Range Not Satisfiable' }
    case 'network':
      return { code: 0, text: '' }
    case 'truncated':
      return { code: 0, text: 'The response ended early' }
  }
}

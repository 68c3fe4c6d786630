import type { Latencies, LoadPlan, LoadResult, MemoryPoint } from './plan.js'
import { cpuSecondsOf, rssBytesOf } from './server-account.js'

/** Counts over the measured span; what happens outside of it is not counted. */
export class Recorder {
  done = 0
  failed = 0
  insidersLost = 0
  relayed = 0
  links = 0
  refusedWithError = 0
  refusedWithStatus = 0
  readonly latency: number[] = []
  readonly linkedLatency: number[] = []
  readonly insideLatency: number[] = []
  readonly pingLatency: number[] = []
  readonly refusalLatency: number[] = []
  readonly retryAfterMs: number[] = []
  private readonly memory: MemoryPoint[] = []
  private began: { at: number; cpu: number; own: number } | undefined
  private ended: { at: number; cpu: number; own: number } | undefined

  constructor(private readonly plan: LoadPlan) {}

  get isOn(): boolean {
    return this.began !== undefined && this.ended === undefined
  }

  begin(): void {
    Object.assign(this, {
      done: 0,
      failed: 0,
      insidersLost: 0,
      relayed: 0,
      links: 0,
      refusedWithError: 0,
      refusedWithStatus: 0,
    })
    for (const list of [
      this.latency,
      this.linkedLatency,
      this.insideLatency,
      this.pingLatency,
      this.refusalLatency,
      this.retryAfterMs,
    ])
      list.length = 0
    this.began = this.account()
  }

  end(): void {
    this.ended = this.account()
  }

  /** Notes the server's memory, `second` seconds after the first note. */
  noteMemory(second: number, connections: number): MemoryPoint {
    const point = { second, connections, rssBytes: rssBytesOf(this.plan.serverPid) }
    this.memory.push(point)
    return point
  }

  result(): LoadResult {
    const zero = { at: 0, cpu: 0, own: 0 }
    const { began = zero, ended = zero } = this
    return {
      seconds: (ended.at - began.at) / 1000,
      done: this.done,
      failed: this.failed,
      cpuSeconds: ended.cpu - began.cpu,
      ownCpuSeconds: ended.own - began.own,
      relayed: this.relayed,
      links: this.links,
      latency: latenciesOf(this.latency),
      linkedLatency: latenciesOf(this.linkedLatency),
      insideLatency: latenciesOf(this.insideLatency),
      pingLatency: latenciesOf(this.pingLatency),
      insidersLost: this.insidersLost,
      refusalLatency: latenciesOf(this.refusalLatency),
      refusedWithError: this.refusedWithError,
      refusedWithStatus: this.refusedWithStatus,
      retryAfterMs: latenciesOf(this.retryAfterMs),
      memory: this.memory,
    }
  }

  private account() {
    const { user, system } = process.cpuUsage()
    return { at: performance.now(), cpu: cpuSecondsOf(this.plan.serverPid), own: (user + system) / 1e6 }
  }
}

export function latenciesOf(values: readonly number[]): Latencies {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}

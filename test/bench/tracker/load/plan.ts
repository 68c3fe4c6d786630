export const loadKinds = ['announce', 'join', 'idle', 'hold', 'overload'] as const
export type LoadKind = (typeof loadKinds)[number]

/** What the members speak: the tracker's own protocol, or that of WebTorrent's trackers. */
export type LoadProtocol = 'native' | 'webtorrent'

/** One load on one server, from one process. Complete: the process has no defaults. */
export interface LoadPlan {
  readonly kind: LoadKind
  readonly protocol: LoadProtocol
  readonly host: string
  readonly port: number
  readonly path: string
  /** The server's process, whose CPU time and memory are read. */
  readonly serverPid: number
  /** Connections that are there all the time. */
  readonly connections: number
  readonly swarms: number
  /** Measured, after the warm-up. */
  readonly seconds: number
  /** Characters of a session description. */
  readonly sdpLength: number
  /** Offers in an announce; links that a joiner makes at most. */
  readonly offers: number
  /** Messages of candidates that each side of a link sends after its description. */
  readonly lateBatches: number
  /** So many per second, each at its time whether or not those before were answered; without it, `inFlight` at a time. */
  readonly ratePerSecond?: number
  readonly inFlight: number
  /** Before memory is read a last time: V8 gives back what a burst took after some seconds of quiet. */
  readonly settleSeconds: number
}

/** Times in milliseconds, from when something was due. */
export interface Latencies {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface MemoryPoint {
  readonly second: number
  readonly connections: number
  readonly rssBytes: number
}

/** What was measured; a load fills in what it has. */
export interface LoadResult {
  readonly seconds: number
  /** Announces answered, or joins. */
  readonly done: number
  /** Connections that broke, or were turned away when nothing of the kind was wanted. */
  readonly failed: number
  readonly cpuSeconds: number
  /** CPU time of this process: when it is near the span, it was the generator that was saturated. */
  readonly ownCpuSeconds: number
  readonly relayed: number
  readonly links: number
  readonly latency: Latencies
  /** From a join due to the last of its links. */
  readonly linkedLatency: Latencies
  /** From a signal due, of one who is inside, to the signal that comes back for it. */
  readonly insideLatency: Latencies
  /** The same of a ping to the tracker. */
  readonly pingLatency: Latencies
  /** Of those inside, whose connections ended. */
  readonly insidersLost: number
  /** From a join due to its refusal. */
  readonly refusalLatency: Latencies
  readonly refusedWithError: number
  readonly refusedWithStatus: number
  /** The retry times that came with refusals, in milliseconds. */
  readonly retryAfterMs: Latencies
  readonly memory: readonly MemoryPoint[]
}

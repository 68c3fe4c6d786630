import type { LoadPlan, LoadProtocol, LoadResult } from './load/plan.js'
import type { ServerName } from './bench-server.js'

/** A figure of one run on one server. */
export interface Figure {
  readonly row: RowName
  readonly server: ServerName
  readonly protocol: LoadProtocol
  readonly round: number
  readonly value: number
  readonly result: LoadResult
}

export interface Row {
  readonly title: string
  readonly unit: string
  /** What is run, beyond {@link basePlan}. */
  readonly plan: Partial<LoadPlan>
  readonly protocols: Readonly<Record<ServerName, readonly LoadProtocol[]>>
  valueOf(result: LoadResult): number
  /** Shown beside the value: what is usual, where the value is what is rare. */
  readonly usualOf?: (result: LoadResult) => number
  /** What half of is the rate of the load: what this server takes when it is loaded as much as it can be. */
  readonly halfOf?: Saturation
  /** The row whose figure of theirs ours is compared with; this one by default. */
  readonly yardstick?: string
  /** Highest value allowed to Prismesh: so many times theirs, or so much. */
  readonly bar?: { readonly timesTheirs: number } | { readonly atMost: number }
}

/** A server that is loaded with joins as much as it can be; `offers` are those of its plan. */
export interface Saturation {
  readonly server: ServerName
  readonly protocol: LoadProtocol
  readonly offers: number
}

const cpuPer10k = ({ cpuSeconds, done }: LoadResult) => (cpuSeconds / done) * 10_000
const cpuMicrosecondsPerVisit = ({ cpuSeconds, done }: LoadResult) => (cpuSeconds / done) * 1e6

const webtorrentOnly = { prismesh: ['webtorrent'], 'bittorrent-tracker': ['webtorrent'] } as const
const ourOwn = { prismesh: ['native'], 'bittorrent-tracker': [] } as const

/** Links that a joiner makes: what it is introduced to. */
export const linksPerJoin = 8

/** What WebTorrent's own client sends at most. */
const offersPerAnnounce = 5

const lateness = {
  valueOf: ({ latency }: LoadResult) => latency.p99,
  usualOf: ({ latency }: LoadResult) => latency.p50,
}
const halfOfTheirs = {
  server: 'bittorrent-tracker',
  protocol: 'webtorrent',
  offers: offersPerAnnounce,
} as const

/** The table of the goal, row by row; bars are its bars. */
export const rows = {
  offers: {
    title: 'announces, 5 offers relayed: CPU-s per 10,000',
    unit: 's',
    plan: { kind: 'announce', offers: offersPerAnnounce },
    protocols: webtorrentOnly,
    valueOf: cpuPer10k,
    bar: { timesTheirs: 0.7 },
  },
  'no-offers': {
    title: 'announces without offers: CPU-s per 10,000',
    unit: 's',
    plan: { kind: 'announce', offers: 0 },
    protocols: webtorrentOnly,
    valueOf: cpuPer10k,
    bar: { timesTheirs: 0.55 },
  },
  memory: {
    title: 'memory per idle joined member: bytes of RSS over the empty server',
    unit: 'B',
    plan: { kind: 'idle', offers: 0, connections: 10_000, seconds: 5, settleSeconds: 25 },
    protocols: { prismesh: ['native'], 'bittorrent-tracker': ['webtorrent'] },
    valueOf: ({ memory }) => bytesPerConnection(memory),
    bar: { atMost: 8192 },
  },
  'join-alone': {
    title: 'native join and leave, without links: CPU-microseconds',
    unit: 'us',
    plan: { kind: 'join', offers: 0 },
    protocols: ourOwn,
    valueOf: cpuMicrosecondsPerVisit,
  },
  'join-links': {
    title: `native join and leave, ${linksPerJoin} links made: CPU-microseconds`,
    unit: 'us',
    plan: { kind: 'join', offers: linksPerJoin },
    protocols: ourOwn,
    valueOf: cpuMicrosecondsPerVisit,
  },
  'join-late': {
    title: `native join and leave, ${linksPerJoin} links made with candidates that come later: CPU-microseconds`,
    unit: 'us',
    plan: { kind: 'join', offers: linksPerJoin, lateBatches: 1 },
    protocols: ourOwn,
    valueOf: cpuMicrosecondsPerVisit,
  },
  latency: {
    title: 'announce with 5 offers, from due to answered, at half of what bittorrent-tracker can',
    unit: 'ms',
    plan: { kind: 'join', offers: offersPerAnnounce },
    protocols: webtorrentOnly,
    ...lateness,
    halfOf: halfOfTheirs,
    bar: { timesTheirs: 1 },
  },
  'latency-native': {
    title: 'native join, introduced to 8, at the same rate',
    unit: 'ms',
    plan: { kind: 'join', offers: 0 },
    protocols: ourOwn,
    ...lateness,
    halfOf: halfOfTheirs,
    yardstick: 'latency',
  },
  'latency-links': {
    title: `native join, with ${linksPerJoin} links made, at half of what Prismesh can of these`,
    unit: 'ms',
    plan: { kind: 'join', offers: linksPerJoin },
    protocols: ourOwn,
    ...lateness,
    halfOf: { server: 'prismesh', protocol: 'native', offers: linksPerJoin },
    yardstick: 'latency',
  },
} as const satisfies Record<string, Row>

export type RowName = keyof typeof rows
export const rowNames = Object.keys(rows) as RowName[]

/** What all rows have in common: the shape of the reference figures. */
export const basePlan = {
  connections: 2000,
  swarms: 50,
  sdpLength: 1500,
  offers: 5,
  lateBatches: 0,
  inFlight: 64,
  settleSeconds: 5,
} as const satisfies Partial<LoadPlan>

/** CPU time per link, over that of the same visits without links. */
export const linkBarMicroseconds = 80

function bytesPerConnection(memory: LoadResult['memory']): number {
  const [first] = memory
  const last = memory.at(-1)
  if (!first || !last) return Number.NaN
  return (last.rssBytes - first.rssBytes) / last.connections
}

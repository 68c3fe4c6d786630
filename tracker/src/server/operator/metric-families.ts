import type { OverviewDocument } from './overview-document.js'

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** One name in the answer of `GET /metrics`, and how its values come out of the overview. */
export interface MetricFamily {
  readonly name: string
  readonly kind: 'gauge' | 'counter'
  readonly help: string
  readonly labels: readonly string[]
  readonly read: (overview: OverviewDocument) => readonly Sample[]
}

type Value = (overview: OverviewDocument) => number
type Figures = (overview: OverviewDocument) => Readonly<Record<string, number | undefined>>

function single(kind: MetricFamily['kind'], name: string, help: string, value: Value): MetricFamily {
  return { kind, name, help, labels: [], read: (overview) => [{ value: value(overview) }] }
}

function labelled(
  kind: MetricFamily['kind'],
  name: string,
  label: string,
  help: string,
  figures: Figures,
): MetricFamily {
  const read = (overview: OverviewDocument): Sample[] =>
    Object.entries(figures(overview)).map(([key, value = 0]) => ({ labels: { [label]: key }, value }))
  return { kind, name, help, labels: [label], read }
}

type Stream = OverviewDocument['streams'][number]

/** Of the largest streams only; where a stream's value is unknown it has no line, instead of a zero that would be a lie. */
function perStream(name: string, help: string, value: (stream: Stream) => number | null): MetricFamily {
  const read = ({ streams }: OverviewDocument): Sample[] =>
    streams.flatMap((stream) => {
      const known = value(stream)
      return known === null ? [] : [{ labels: { stream: stream.stream }, value: known }]
    })
  return { kind: 'gauge', name, help, labels: ['stream'], read }
}

const secondsOf = (milliseconds: number | null) => (milliseconds === null ? null : milliseconds / 1000)

const people: readonly MetricFamily[] = [
  single('gauge', 'prismesh_connections', 'Open WebSockets, joined or not', (o) => o.connections),
  single('gauge', 'prismesh_members', 'Members of all streams', (o) => o.totals.members),
  single('gauge', 'prismesh_streams', 'Streams with members', (o) => o.totals.streams),
  labelled(
    'gauge',
    'prismesh_cells',
    'members',
    'Cells by how many members they have',
    (o) => o.totals.cells,
  ),
  single('counter', 'prismesh_joins_total', 'Members taken in', (o) => o.counts.joins),
  single(
    'counter',
    'prismesh_takeovers_total',
    'Joins that took over from an older connection of the same member',
    (o) => o.counts.takeovers,
  ),
  labelled(
    'counter',
    'prismesh_errors_total',
    'code',
    'Errors told to members and applicants',
    (o) => o.counts.errors,
  ),
  labelled(
    'counter',
    'prismesh_refused_total',
    'code',
    'Connections and requests refused before anything was done for them',
    (o) => o.server.refused,
  ),
  single('gauge', 'prismesh_bans', 'Members and tokens that are banned', (o) => o.bans),
  single(
    'counter',
    'prismesh_introductions_total',
    'Pairs of members told of each other',
    (o) => o.counts.introductions,
  ),
  single('counter', 'prismesh_signals_total', 'Signal messages passed on', (o) => o.counts.signals),
]

const traffic: readonly MetricFamily[] = [
  labelled(
    'counter',
    'prismesh_media_bytes_total',
    'origin',
    'Media received, as members report it',
    (o) => ({
      cdn: o.totals.bytes.cdn,
      peer: o.totals.bytes.peers,
    }),
  ),
  single(
    'counter',
    'prismesh_uploaded_bytes_total',
    'Media given to other members',
    (o) => o.totals.bytes.uploaded,
  ),
  single('counter', 'prismesh_wasted_bytes_total', 'Media that came twice', (o) => o.totals.bytes.wasted),
  {
    kind: 'gauge',
    name: 'prismesh_offload_ratio',
    help: 'Share of the media of late that did not come from the CDN, 0 to 1; no line while nothing came',
    labels: [],
    read: ({ totals: { recent } }) => (recent.offload === null ? [] : [{ value: recent.offload }]),
  },
  single(
    'counter',
    'prismesh_rescues_total',
    'CDN fetches because neighbours would have been late',
    (o) => o.totals.rescues,
  ),
  labelled(
    'gauge',
    'prismesh_uploads_held_back',
    'rule',
    'Members that give nothing, or less, by the rule that they told last',
    (o) => o.totals.uploadsHeldBack,
  ),
  single('counter', 'prismesh_stalls_total', 'Times that playback stood still', (o) => o.totals.stalls),
  single(
    'counter',
    'prismesh_links_made_total',
    'Links that came about, counted at both ends',
    (o) => o.totals.links.made,
  ),
  labelled(
    'counter',
    'prismesh_links_failed_total',
    'cause',
    'Links that did not come about, counted at each end that noticed',
    (o) => o.totals.links.failed,
  ),
]

const streams: readonly MetricFamily[] = [
  perStream('prismesh_stream_members', 'Members of one of the largest streams', (s) => s.members),
  perStream('prismesh_stream_offload_ratio', 'Its offload of late', (s) => s.recent.offload),
  perStream(
    'prismesh_stream_copies_per_segment',
    'How often the CDN sends each of its segments: by the witness, or estimated from reports',
    (s) => s.copiesPerSegment,
  ),
  perStream('prismesh_stream_copies_per_cell', 'The same over its cells', (s) => s.copiesPerCell),
  perStream('prismesh_stream_stalls_per_minute', 'Its stalls of late', (s) => s.recent.stallsPerMinute),
  perStream('prismesh_stream_latency_seconds', 'How far its viewers are behind the live edge', (s) =>
    secondsOf(s.recent.latencyMs),
  ),
  labelled(
    'gauge',
    'prismesh_stream_digests',
    'state',
    'Of the largest streams: told, missing (a rule allows them, and none came for a minute), or none (no rule)',
    (o) => {
      const counts = { told: 0, missing: 0, none: 0 }
      for (const { digests } of o.streams) counts[digests] += 1
      return counts
    },
  ),
  labelled('gauge', 'prismesh_policies', 'p2p', 'Streams for which the operator decided something', (o) => {
    const counts = { on: 0, drain: 0, off: 0 }
    for (const { policy } of o.policies) counts[policy.p2p] += 1
    return counts
  }),
]

const health: readonly MetricFamily[] = [
  labelled('gauge', 'prismesh_info', 'version', 'Always 1', (o) => ({ [o.version]: 1 })),
  single('gauge', 'prismesh_uptime_seconds', 'Age of the process', (o) => o.uptimeSeconds),
  single('gauge', 'prismesh_draining', '1 while the tracker stops', (o) => (o.state === 'draining' ? 1 : 0)),
  labelled(
    'gauge',
    'prismesh_event_loop_delay_seconds',
    'quantile',
    'How late timers ran, over the last ten seconds or more',
    ({ process: { eventLoopDelaySeconds: delay } }) => ({
      '0.5': delay.p50,
      '0.99': delay.p99,
      '1': delay.max,
    }),
  ),
  single('gauge', 'process_resident_memory_bytes', 'Memory of the process', (o) => o.process.residentBytes),
  single('gauge', 'nodejs_heap_used_bytes', 'JavaScript heap in use', (o) => o.process.heapUsedBytes),
  single('counter', 'process_cpu_seconds_total', 'CPU time, user and system', (o) => o.process.cpuSeconds),
  labelled('counter', 'prismesh_messages_total', 'direction', 'WebSocket messages', (o) => ({
    in: o.server.messagesReceived,
    out: o.server.messagesSent,
  })),
  single('counter', 'prismesh_sent_bytes_total', 'Bytes of messages sent', (o) => o.server.bytesSent),
  single(
    'counter',
    'prismesh_slow_readers_total',
    'Connections ended because they did not read',
    (o) => o.server.slowReadersShed,
  ),
  single('counter', 'prismesh_bugs_total', 'Inputs at which the tracker itself failed', (o) => o.server.bugs),
]

/** Lines only where WebTorrent clients are served. */
function ofWebtorrent(
  kind: MetricFamily['kind'],
  name: string,
  help: string,
  value: (stats: NonNullable<OverviewDocument['webtorrent']>) => number,
): MetricFamily {
  const read = ({ webtorrent }: OverviewDocument) => (webtorrent ? [{ value: value(webtorrent) }] : [])
  return { kind, name: `prismesh_webtorrent_${name}`, help, labels: [], read }
}

const webtorrent: readonly MetricFamily[] = [
  ofWebtorrent('gauge', 'connections', 'Open WebSockets at /announce', (w) => w.connections),
  ofWebtorrent('gauge', 'swarms', 'WebTorrent swarms with peers', (w) => w.swarms),
  ofWebtorrent('gauge', 'peers', 'Peers of all WebTorrent swarms', (w) => w.peers),
  ofWebtorrent('counter', 'announces_total', 'Announces answered', (w) => w.announces),
  ofWebtorrent('counter', 'offers_total', 'Offers passed on', (w) => w.offersRelayed),
  ofWebtorrent('counter', 'answers_total', 'Answers passed on', (w) => w.answersRelayed),
  ofWebtorrent('counter', 'failures_total', 'Messages answered with a failure', (w) => w.failures),
]

/** Everything that `GET /metrics` has. Labels have few values; none is anything of a viewer. */
export const metricFamilies: readonly MetricFamily[] = [
  ...people,
  ...traffic,
  ...streams,
  ...webtorrent,
  ...health,
]

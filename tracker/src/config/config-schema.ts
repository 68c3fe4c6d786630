import * as v from 'valibot'
import { cellMembersMax, neighboursTarget } from '../../../protocol/limits.js'
import { isBrokerUrl, isPublicUrl } from './broker-url.js'
import { isNetwork } from './ip-network.js'
import { isOrigin } from './origin.js'
import { isWitnessRule } from './witness-rule.js'

/** In a smaller cell a member could not have the neighbours that it is told to link to. */
const cellMembersMin = neighboursTarget

/**
 * Every option of the tracker, once: name, default, range and description. Flags (`--members-max`), environment
 * variables (`PRISMESH_TRACKER_MEMBERS_MAX`), the keys of a configuration file and of `startTracker` (`membersMax`)
 * and the help text are all made from this.
 */
export const configSchema = v.strictObject({
  host: text('127.0.0.1', 'Address to listen at; 0.0.0.0 and :: are all of this machine'),
  port: integer(0, 65_535, 8433, 'Port to listen at; 0 takes a free one'),
  open: v.optional(
    v.pipe(
      v.boolean('must be true or false'),
      v.description('Let anyone join any stream, instead of tokenKeys'),
    ),
    false,
  ),
  tokenKeys: file('File with the JWK or JWK set that join tokens are signed with; read again on SIGHUP'),
  region: v.optional(
    v.pipe(
      v.string('must be a text'),
      v.minLength(1, 'must not be empty'),
      v.maxLength(64, 'must have at most 64 characters'),
      v.description('Where this tracker is: a token that names a region must name this one'),
    ),
  ),
  allowOrigin: list(
    isOrigin,
    'must be origins such as https://example.com',
    'Origin whose pages may connect, such as https://example.com; every origin when there is none',
  ),
  trustedProxy: list(
    isNetwork,
    'must be addresses or networks such as 10.0.0.0/8',
    "Address or network of a proxy whose word on a client's address is taken",
  ),
  proxyHeader: v.optional(
    v.pipe(
      v.picklist(['x-forwarded-for', 'forwarded'], 'must be x-forwarded-for or forwarded'),
      v.description('The header in which trusted proxies name the client: x-forwarded-for or forwarded'),
    ),
    'x-forwarded-for',
  ),
  geoDatabase: list(
    (path) => path.endsWith('.mmdb'),
    'must be names of files that end in .mmdb',
    'MaxMind DB file with autonomous systems, countries or cities; read again when it is replaced',
  ),
  subnetSites: file(
    'CSV file with a network and the name of its site per line; read again when it is replaced',
  ),
  tlsCert: file('File with the certificate chain, PEM: listens with TLS; read again on SIGHUP'),
  tlsKey: file("File with the certificate's key, PEM"),
  secret: v.optional(
    v.pipe(
      v.string('must be a text'),
      v.minLength(16, 'must have at least 16 characters'),
      v.maxLength(1024, 'must have at most 1024 characters'),
      v.description(
        'Key of swarm ids and resume texts; without it they change with every start. Not a flag: others see those',
      ),
    ),
  ),
  witness: list(
    isWitnessRule,
    'must be https://host/path with * for any text, or stream=https://host/path',
    'Streams whose segments the witness may fetch, to sign their digests: a URL, * in its path, or id=URL',
  ),
  witnessAllowPrivate: v.optional(
    v.pipe(
      v.boolean('must be true or false'),
      v.description('Let the witness fetch from private, loopback and link-local addresses'),
    ),
    false,
  ),
  witnessKeys: file(
    "File with publishers' public keys, a JWK or JWK set: with it the witness takes their digest files, not segments",
  ),
  witnessStreamsMax: integer(0, 10_000, 100, 'Streams witnessed at once; 0: the fleet tells their digests'),
  witnessBytesPerSecond: integer(
    1 << 17,
    1 << 30,
    125_000_000,
    'Bytes of segments per second that the witness fetches',
  ),
  cluster: url(
    isBrokerUrl,
    'must be a URL such as redis://host:6379 or nats://host:4222',
    'Broker through which the processes of a fleet know each other: redis://, rediss://, nats:// or tls://',
  ),
  clusterName: v.optional(
    v.pipe(
      v.string('must be a text'),
      v.regex(/^[\w-]{1,64}$/, 'must have 1 to 64 letters, digits, underscores or dashes'),
      v.description('Fleets with other names may share the broker'),
    ),
    'prismesh',
  ),
  publicUrl: url(
    isPublicUrl,
    'must be a ws:// or wss:// URL',
    'Where viewers reach this very process, past the load balancer; without it none is sent here by others',
  ),
  clusterHeartbeatMs: integer(
    100,
    60_000,
    2000,
    'How often processes of a fleet tell of themselves, in milliseconds; silent for 3.5 times as long, one is taken for dead',
  ),
  thinMembersMax: integer(
    0,
    10_000,
    32,
    'A stream with at most so many members here is thin: where other processes have some too, they are brought together',
  ),
  logLevel: v.optional(
    v.pipe(
      v.picklist(['silent', 'error', 'warn', 'info', 'debug'], 'must be silent, error, warn, info or debug'),
      v.description('What is logged: silent, error, warn, info or debug'),
    ),
    'info',
  ),
  membersMax: integer(1, 1_000_000, 20_000, 'Members in all streams together'),
  connectionsMax: integer(1, 1_000_000, 22_000, 'Connections, joined or not'),
  streamsMax: integer(1, 1_000_000, 2000, 'Streams with members'),
  streamsListedMax: integer(0, 10_000, 100, 'Streams that GET /stats lists one by one, the largest first'),
  metricsStreamsMax: integer(0, 100, 10, 'Streams that GET /metrics names one by one, the largest first'),
  operatorTokenFile: file(
    "File with the operator's token, for /console, /operator and /metrics; read again on SIGHUP",
  ),
  policyFile: file("File that keeps the operator's policies over restarts; made when there is none"),
  connectionsPerAddressMax: integer(1, 1_000_000, 1000, 'Connections of one IPv4 address or IPv6 /64'),
  connectionsPerTokenMax: integer(1, 1_000_000, 100, 'Connections with one token'),
  joinsPerMinutePerAddress: integer(1, 1_000_000, 1000, 'Attempts to connect per minute and address'),
  joinsPerMinutePerToken: integer(1, 1_000_000, 100, 'Connections made per minute and token'),
  introductionsPerMinutePerAddress: integer(
    1,
    1_000_000,
    3000,
    'Introductions asked for in a minute by one address; a tenth of them comes back in each minute after',
  ),
  introductionsPerMinutePerToken: integer(
    1,
    1_000_000,
    500,
    'Introductions asked for in a minute with one token; a tenth of them comes back in each minute after',
  ),
  signalBytesPerMinutePerAddress: integer(1024, 1 << 30, 64 << 20, 'Bytes of signals per minute and address'),
  signalBytesPerMinutePerToken: integer(1024, 1 << 30, 8 << 20, 'Bytes of signals per minute and token'),
  cellMembersMax: integer(
    cellMembersMin,
    cellMembersMax,
    cellMembersMax,
    'Members of one cell, within which segments are shared; the CDN sends each segment once per cell',
  ),
  p2pViewersMin: integer(1, 1000, 1, 'Viewers below whom a stream has no P2P; 1 lets every stream have it'),
  joinTimeoutMs: integer(100, 600_000, 10_000, 'Time to join after connecting, in milliseconds'),
  rosterDelayMs: integer(0, 60_000, 200, 'Time over which roster changes are collected, in milliseconds'),
  reportIntervalMs: integer(1000, 600_000, 10_000, 'How often members report, in milliseconds'),
  messageBurst: integer(1, 100_000, 120, 'Messages a connection may send at once'),
  messagesPerSecond: integer(1, 100_000, 20, 'Messages a connection may send per second in the long run'),
  heartbeatMs: integer(
    50,
    600_000,
    15_000,
    'How often a silent connection is pinged, in milliseconds; dropped after two unanswered',
  ),
  bufferedBytesMax: integer(
    1024,
    1 << 30,
    256 * 1024,
    'Bytes waiting for a slow reader before it is dropped',
  ),
  loopDelayMaxMs: integer(
    0,
    60_000,
    200,
    'Mean delay of the event loop above which joiners are sent away, in milliseconds; with 0, nobody is',
  ),
  webtorrent: v.optional(
    v.pipe(
      v.boolean('must be true or false'),
      v.description('Serve WebTorrent clients at /announce, where nobody is asked for a token'),
    ),
    false,
  ),
  webtorrentConnectionsMax: integer(1, 1_000_000, 20_000, 'Connections of WebTorrent clients'),
  webtorrentSwarmsMax: integer(1, 1_000_000, 10_000, 'Swarms of WebTorrent clients'),
  webtorrentSwarmsPerConnectionMax: integer(1, 10_000, 50, 'Swarms a WebTorrent connection may be in'),
  webtorrentPeersPerSwarmMax: integer(2, 1_000_000, 20_000, 'Peers in a WebTorrent swarm'),
  webtorrentOffersPerAnnounceMax: integer(1, 100, 10, 'Offers of one announce that are passed on'),
  webtorrentOffersPerMinute: integer(
    1,
    1_000_000,
    300,
    'Offers passed on per minute and WebTorrent connection',
  ),
  webtorrentOffersPerMinutePerAddress: integer(
    1,
    1_000_000_000,
    20_000,
    'Offers of WebTorrent clients passed on per minute and address',
  ),
  webtorrentMessageBytesMax: integer(1024, 1 << 20, 65_536, 'Bytes in a message of a WebTorrent client'),
  webtorrentMessageBurst: integer(1, 100_000, 120, 'Messages a WebTorrent connection may send at once'),
  webtorrentMessagesPerSecond: integer(
    1,
    100_000,
    20,
    'Messages a WebTorrent connection may send per second in the long run',
  ),
  webtorrentIntervalSeconds: integer(5, 3600, 120, 'How often WebTorrent clients announce, in seconds'),
})

/** Complete and validated options. */
export type TrackerConfig = Readonly<v.InferOutput<typeof configSchema>>
export type ConfigKey = keyof typeof configSchema.entries
export const configKeys = Object.keys(configSchema.entries) as ConfigKey[]

/** Options that may not be flags, because other users of the machine can read a process's arguments. */
export const secretKeys: ReadonlySet<ConfigKey> = new Set(['secret'])

function text(fallback: string, description: string) {
  return v.optional(
    v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'), v.description(description)),
    fallback,
  )
}

function url(isRight: (text: string) => boolean, message: string, description: string) {
  return v.optional(v.pipe(v.string(message), v.check(isRight, message), v.description(description)))
}

function file(description: string) {
  return v.optional(
    v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'), v.description(description)),
  )
}

/** A flag that may be repeated; texts joined by commas in the environment. */
function list(isRight: (text: string) => boolean, message: string, description: string) {
  const texts = v.pipe(v.string(message), v.check(isRight, message))
  return v.optional(v.pipe(v.array(texts, message), v.description(description)), [])
}

function integer(least: number, most: number, fallback: number, description: string) {
  const message = `must be an integer from ${least} to ${most}`
  return v.optional(
    v.pipe(
      v.number(message),
      v.integer(message),
      v.minValue(least, message),
      v.maxValue(most, message),
      v.description(`${description} (${least} to ${most})`),
    ),
    fallback,
  )
}

/** A member that joins a stream by the tracker and then misbehaves as it is told; in a page or in Node. */
import { TrackerSwarm } from '../../../client-sdk/src/tracker-swarm.js'
import { resolveOptions } from '../../../client-sdk/src/options.js'
import { streamIdOfUrl } from '../../../client-sdk/src/player/stream-id.js'
import type { Channel, ChannelConnector } from '../../../client-sdk/src/ports/channel.js'
import type { Link, LinkListener } from '../../../client-sdk/src/ports/link.js'
import { simplePeerConnector, type WebRtc } from '../../../client-sdk/src/transport/simple-peer-channel.js'
import { systemClock } from '../../../client-sdk/src/transport/system-clock.js'
import { webSocketConnector, type WebSocketClass } from '../../../client-sdk/src/transport/web-socket.js'
import { segmentKey, type SegmentIdentity } from '../../../protocol/segment-key.js'
import { wireVersion } from '../../../protocol/wire-messages.js'
import { memberId } from '../transport/member-ids.js'
import { BorrowedBytes, type BorrowedFrom } from './borrowed-bytes.js'
import { tampered } from './tampered-channel.js'

/**
 * - `garbage-first`: random bytes in place of the handshake
 * - `speechless`: opens a channel and sends nothing over it, not even the handshake
 * - `garbage-later`: random bytes once the link is open
 * - `liar`: offers every segment with a wrong length
 * - `misshapen`: offers every segment, answers requests with blocks of a wrong length
 * - `unasked`: sends blocks that nobody asked for
 * - `mute`: offers every segment, never answers
 * - `empty-handed`: offers every segment, rejects every request
 * - `polluter`: offers every segment, answers requests with blocks of the right length that a player would take, and
 *   that are not the origin's
 * - `borrower`: the same with true bytes of another segment, `borrowedFrom`
 * - `slow-drip`: offers every segment, answers one request in three seconds, rightly shaped
 * - `asker`: asks for what was never offered
 * - `glutton`: asks for the same blocks again and again, reads nothing
 * - `hoarder`: offers a thousand segments
 * - `talker`: says the same harmless thing, by the ten thousand
 * - `giant-frame`: declares a frame of 2 GiB, and begins to send it
 * - `tiny-frames`: keep-alives by the thousand, a byte in each channel message
 */
export const conducts = [
  'garbage-first',
  'speechless',
  'garbage-later',
  'liar',
  'misshapen',
  'unasked',
  'mute',
  'empty-handed',
  'polluter',
  'borrower',
  'slow-drip',
  'asker',
  'glutton',
  'hoarder',
  'talker',
  'giant-frame',
  'tiny-frames',
] as const
export type Conduct = (typeof conducts)[number]

/** What it is told to do, where. */
export interface StrangerOptions {
  readonly tracker: string
  readonly streamUrl: string
  readonly conduct: Conduct
  /** How long the segments are. Absent, where they differ: only their first blocks are offered. */
  readonly segmentBytes?: number
  /** Its member id as a number. Default: 0xbad. */
  readonly number?: number
  readonly borrowedFrom?: BorrowedFrom
}

/** What stands in for a browser in Node. */
export interface StrangerPlatform {
  readonly wrtc?: WebRtc
  readonly WebSocket?: WebSocketClass
}

export interface Stranger {
  /** Data channels that opened so far, whether or not anything was said over them. */
  channels: number
  /** Links that opened so far. */
  opened: number
  /** Requests for blocks that it was sent. */
  requests: number
  /** Codes of links that ended or did not come about. */
  readonly ended: string[]
}

/** Turns in which those who change what their channel carries have something to change. */
const helloTurns = 8

const silent: LinkListener = {
  message: () => {},
  blockRequested: () => {},
  requestCancelled: () => {},
  blockReceived: () => {},
  requestRejected: () => {},
  drained: () => {},
  closed: () => {},
}

function noise(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}

/** The origin pads with null packets that are full of 0xff: these differ from them. */
const stuffing = 0xa5

/** A piece of a transport stream that holds nothing but null packets (ISO/IEC 13818-1): PID 0x1fff, 188 bytes each. */
function nullPackets(offset: number, length: number): Uint8Array {
  const head = [0x47, 0x1f, 0xff, 0x10]
  return Uint8Array.from({ length }, (_, index) => head[(offset + index) % 188] ?? stuffing)
}

export function joinAsStranger(options: StrangerOptions, platform: StrangerPlatform = {}): Stranger {
  const { tracker, streamUrl, conduct } = options
  const stream = streamIdOfUrl(streamUrl)
  if (stream === undefined) throw new Error(`${streamUrl} names no stream`)
  const stranger: Stranger = { channels: 0, opened: 0, requests: 0, ended: [] }
  const { wrtc } = platform
  const connector = simplePeerConnector({
    iceServers: [],
    relayOnly: false,
    clock: systemClock,
    ...(wrtc ? { wrtc } : {}),
  })
  const swarm = new TrackerSwarm(
    {
      config: resolveOptions({ tracker, consent: true }),
      self: memberId(options.number ?? 0xbad),
      stream,
      uploads: true,
    },
    {
      phaseChanged: () => {},
      policyChanged: () => {},
      rosterChanged: () => {},
      linkOpened: (link) => {
        stranger.opened += 1
        behave(options, link, stranger)
      },
      linkClosed: (_member, code) => stranger.ended.push(code),
      linkFailed: (code) => stranger.ended.push(code),
      reportsWanted: () => {},
      tokenFailed: () => {},
      digestsExpected: () => {},
      digestTold: () => {},
      edgeTold: () => {},
      trackerWarned: () => {},
    },
    {
      sockets: webSocketConnector(platform.WebSocket),
      connector: withChannels(connector, (channel) => {
        stranger.channels += 1
        return tampered(conduct, channel)
      }),
      clock: systemClock,
      random: Math.random,
      checkSignature: () => Promise.resolve(undefined),
    },
  )
  swarm.open()
  swarm.start()
  return stranger
}

function withChannels(connector: ChannelConnector, change: (channel: Channel) => Channel): ChannelConnector {
  return {
    connect: (initiate, listener) =>
      connector.connect(initiate, {
        signal: (signal) => listener.signal(signal),
        failed: () => listener.failed(),
        opened: (channel) => listener.opened(change(channel)),
      }),
  }
}

function behave(options: StrangerOptions, link: Link, stranger: Stranger): void {
  const { conduct, borrowedFrom } = options
  link.sendMessage({ kind: 'hello', version: wireVersion, uploads: true })
  speakFirst(conduct, link)
  const borrowed = borrowedFrom && new BorrowedBytes(borrowedFrom)
  const offers = new Offers(link, conduct === 'liar' ? (options.segmentBytes ?? 0) - 1 : options.segmentBytes)
  let answeredAt = 0
  link.listen({
    ...silent,
    message: (message) => {
      if (message.kind !== 'doing') return
      if (pretenders.has(conduct)) offers.from(message.segment)
      if (conduct === 'glutton') devour(link, message.handle)
    },
    blockRequested: (handle, offset, length) => {
      stranger.requests += 1
      const segment = offers.segment(handle)
      switch (conduct) {
        case 'misshapen':
          return link.sendBlock(handle, offset, noise(1000))
        case 'polluter':
          return link.sendBlock(handle, offset, nullPackets(offset, length))
        case 'borrower':
          void borrowed?.of(segment, offset, length).then((bytes) => link.sendBlock(handle, offset, bytes))
          return undefined
        case 'slow-drip':
          if (systemClock.now() < answeredAt + dripMs) return undefined
          answeredAt = systemClock.now()
          return link.sendBlock(handle, offset, nullPackets(offset, length))
        case 'empty-handed':
          return link.rejectBlock(handle, offset, length)
        default:
          return undefined
      }
    },
  })
}

const dripMs = 3000

const pretenders: ReadonlySet<Conduct> = new Set([
  'liar',
  'misshapen',
  'mute',
  'empty-handed',
  'polluter',
  'borrower',
  'slow-drip',
])

/** What some say before they are spoken to. */
function speakFirst(conduct: Conduct, link: Link): void {
  if (conduct === 'unasked') link.sendBlock(7, 0, noise(16_384))
  if (conduct === 'asker') link.requestBlock(12_345, 0, 16_384)
  if (conduct === 'hoarder') {
    for (let sequence = 1; sequence <= 1000; sequence += 1) {
      const segment = { rendition: 'hoard', discontinuity: 0, sequence } as unknown as SegmentIdentity
      link.sendMessage({ kind: 'doing', handle: sequence, segment })
    }
  }
  if (conduct === 'talker') {
    for (let count = 0; count < 40_000; count += 1) {
      link.sendMessage({ kind: 'follow', rendition: 'talk' as SegmentIdentity['rendition'] })
    }
  }
  if (!['garbage-later', 'giant-frame', 'tiny-frames'].includes(conduct)) return
  // Each in a turn of its own, so that they make as many channel messages.
  for (let turn = 1; turn <= helloTurns; turn += 1) {
    setTimeout(
      () => link.sendMessage({ kind: 'follow', rendition: 'x' as SegmentIdentity['rendition'] }),
      turn * 50,
    )
  }
}

/** More than may wait at a time. */
function devour(link: Link, handle: number): void {
  for (let count = 0; count < 200; count += 1) link.requestBlock(handle, 0, 16_384)
}

/** 160 KiB: a second of a stream of 1 Mbit/s. */
const firstBlocks = 10

/** What it says to hold: each segment that it hears of, and the next three. */
class Offers {
  private readonly handles = new Map<string, number>()
  private readonly segments = new Map<number, SegmentIdentity>()

  constructor(
    private readonly link: Link,
    private readonly bytes: number | undefined,
  ) {}

  segment(handle: number): SegmentIdentity | undefined {
    return this.segments.get(handle)
  }

  from(segment: SegmentIdentity): void {
    for (let ahead = 0; ahead <= 3; ahead += 1) {
      const next = { ...segment, sequence: segment.sequence + ahead }
      if (this.handles.has(segmentKey(next))) continue
      const handle = this.handles.size + 1
      this.handles.set(segmentKey(next), handle)
      this.segments.set(handle, next)
      this.link.sendMessage({ kind: 'doing', handle, segment: next })
      if (this.bytes !== undefined) this.link.sendMessage({ kind: 'have', handle, bytes: this.bytes })
      else this.link.sendMessage({ kind: 'holds', handle, runs: [{ first: 0, count: firstBlocks }] })
    }
  }
}

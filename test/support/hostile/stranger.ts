/** A member in a page of its own that joins a stream by the tracker and then misbehaves as it is told. */
import { TrackerSwarm } from '../../../../client-sdk/src/tracker-swarm.js'
import { resolveOptions } from '../../../../client-sdk/src/options.js'
import { streamIdOfUrl } from '../../../../client-sdk/src/player/stream-id.js'
import type { Channel, ChannelConnector } from '../../../../client-sdk/src/ports/channel.js'
import type { Link, LinkListener } from '../../../../client-sdk/src/ports/link.js'
import { simplePeerConnector } from '../../../../client-sdk/src/transport/simple-peer-channel.js'
import { systemClock } from '../../../../client-sdk/src/transport/system-clock.js'
import { webSocketConnector } from '../../../../client-sdk/src/transport/web-socket.js'
import { segmentKey, type SegmentIdentity } from '../../../../protocol/segment-key.js'
import { wireVersion } from '../../../../protocol/wire-messages.js'
import { memberId } from '../../transport/member-ids.js'

/**
 * - `garbage-first`: random bytes in place of the handshake
 * - `garbage-later`: random bytes once the link is open
 * - `liar`: offers every segment with a wrong length
 * - `misshapen`: offers every segment, answers requests with blocks of a wrong length
 * - `unasked`: sends blocks that nobody asked for
 * - `mute`: offers every segment, never answers
 * - `empty-handed`: offers every segment, rejects every request
 * - `polluter`: offers every segment, answers requests with blocks of the right length that a player would take, and
 *   that are not the origin's
 */
export type Conduct =
  'garbage-first' | 'garbage-later' | 'liar' | 'misshapen' | 'unasked' | 'mute' | 'empty-handed' | 'polluter'

/** What it is told to do, where. */
export interface StrangerOptions {
  readonly tracker: string
  readonly streamUrl: string
  readonly conduct: Conduct
  /** How long the segments are. */
  readonly segmentBytes: number
}

export interface Stranger {
  /** Links that opened so far. */
  opened: number
  /** Requests for blocks that it was sent. */
  requests: number
  /** Codes of links that ended or did not come about. */
  readonly ended: string[]
}

/** Channel messages of an honest opening, after which `garbage-later` begins. */
const openingMessages = 4

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

function join({ tracker, streamUrl, conduct, segmentBytes }: StrangerOptions): Stranger {
  const stream = streamIdOfUrl(streamUrl)
  if (stream === undefined) throw new Error(`${streamUrl} names no stream`)
  const stranger: Stranger = { opened: 0, requests: 0, ended: [] }
  const connector = simplePeerConnector({ iceServers: [], relayOnly: false, clock: systemClock })
  const swarm = new TrackerSwarm(
    {
      config: resolveOptions({ tracker, consent: true }),
      self: memberId(0xbad),
      stream,
      uploads: true,
    },
    {
      phaseChanged: () => {},
      policyChanged: () => {},
      rosterChanged: () => {},
      linkOpened: (link) => {
        stranger.opened += 1
        behave(conduct, link, stranger, conduct === 'liar' ? segmentBytes - 1 : segmentBytes)
      },
      linkClosed: (_member, code) => stranger.ended.push(code),
      linkFailed: (code) => stranger.ended.push(code),
      reportsWanted: () => {},
      tokenFailed: () => {},
      digestsExpected: () => {},
      digestTold: () => {},
      trackerWarned: () => {},
    },
    {
      sockets: webSocketConnector(),
      connector: withChannels(connector, (channel) => tampered(conduct, channel)),
      clock: systemClock,
      random: Math.random,
      checkSignature: () => Promise.resolve(undefined),
    },
  )
  swarm.link()
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

function tampered(conduct: Conduct, channel: Channel): Channel {
  if (!conduct.startsWith('garbage')) return channel
  const honestMessages = conduct === 'garbage-first' ? 0 : openingMessages
  let sent = 0
  return {
    get bufferedBytes() {
      return channel.bufferedBytes
    },
    send(bytes) {
      sent += 1
      channel.send(sent > honestMessages ? noise(4096) : bytes)
    },
    listen: (listener) => channel.listen(listener),
    close: () => channel.close(),
  }
}

function behave(conduct: Conduct, link: Link, stranger: Stranger, segmentBytes: number): void {
  link.sendMessage({ kind: 'hello', version: wireVersion, uploads: true })
  if (conduct === 'unasked') link.sendBlock(7, 0, noise(16_384))
  // Each in a turn of its own, so that they make as many channel messages.
  if (conduct === 'garbage-later') {
    for (let turn = 1; turn <= 2 * openingMessages; turn += 1) {
      setTimeout(() => link.sendMessage({ kind: 'hello', version: wireVersion, uploads: true }), turn * 50)
    }
  }
  const pretends = ['liar', 'misshapen', 'mute', 'empty-handed', 'polluter'].includes(conduct)
  const offered = new Set<string>()
  link.listen({
    ...silent,
    message: (message) => {
      if (message.kind === 'doing' && pretends) offerFrom(message.segment, segmentBytes, link, offered)
    },
    blockRequested: (handle, offset, length) => {
      stranger.requests += 1
      if (conduct === 'misshapen') link.sendBlock(handle, offset, noise(1000))
      if (conduct === 'polluter') link.sendBlock(handle, offset, nullPackets(offset, length))
      if (conduct === 'empty-handed') link.rejectBlock(handle, offset, length)
    },
  })
}

/** Says of this segment and the next three that it has them whole. */
function offerFrom(segment: SegmentIdentity, bytes: number, link: Link, offered: Set<string>): void {
  for (let ahead = 0; ahead <= 3; ahead += 1) {
    const next = { ...segment, sequence: segment.sequence + ahead }
    if (offered.has(segmentKey(next))) continue
    offered.add(segmentKey(next))
    link.sendMessage({ kind: 'doing', handle: offered.size, segment: next })
    link.sendMessage({ kind: 'have', handle: offered.size, bytes })
  }
}

Object.assign(window, { joinAsStranger: join })

import SimplePeer, { type WebRtc } from 'simple-peer/simplepeer.min.js'
import type { Signal } from '../../../protocol/tracker-messages.js'
import {
  lowWatermarkBytes,
  type Channel,
  type ChannelConnector,
  type ChannelListener,
  type ConnectListener,
  type PendingChannel,
} from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'
import { DrainWatch } from './drain-watch.js'
import { relayedOnly } from './relay-only.js'
import { RoundTripMeter } from './round-trip-meter.js'
import { ReceivedQueue } from './received-queue.js'
import { SharedCertificate } from './shared-certificate.js'
import { signalKind } from './signal-check.js'

/** The classes of a WebRTC implementation: the browser's own, or those of a package for Node. */
export type { WebRtc } from 'simple-peer/simplepeer.min.js'

export interface SimplePeerOptions {
  /** STUN and TURN servers. Empty: only addresses that the machines know of themselves. */
  readonly iceServers: readonly RTCIceServer[]
  /** Links only through a TURN server, so that no neighbour learns an address. */
  readonly relayOnly: boolean
  /** Absent: the browser's. */
  readonly wrtc?: WebRtc
  readonly clock: Clock
}

/** Time for a connection to open. Where ICE succeeds it takes 0.5 to 1.5 s; ICE itself gives up after 15 to 30. */
export const connectTimeoutMs = 15_000

/** Candidates accepted from the other side: one machine has a handful of interfaces, times transports and servers. */
const candidatesMax = 64

/** Makes channels with simple-peer, in browsers and, given `wrtc`, in Node. The only file that knows the library. */
export function simplePeerConnector(options: SimplePeerOptions): ChannelConnector {
  const certificates = new SharedCertificate(options.wrtc ?? globalThis)
  return { connect: (initiate, listener) => new PeerChannel(initiate, listener, options, certificates.now()) }
}

class PeerChannel implements PendingChannel, Channel {
  private state: 'connecting' | 'open' | 'closed' = 'connecting'
  private peer: SimplePeer | undefined
  private described = false
  private candidates = 0
  private readonly received = new ReceivedQueue()
  private channelListener: ChannelListener | undefined
  private drainWatch: DrainWatch | undefined
  private meter: RoundTripMeter | undefined
  private readonly cancelTimeout: () => void

  constructor(
    private readonly initiate: boolean,
    private readonly listener: ConnectListener,
    private readonly options: SimplePeerOptions,
    private readonly certificates: RTCCertificate[] | undefined,
  ) {
    this.cancelTimeout = options.clock.wake(options.clock.now() + connectTimeoutMs, () => this.end())
    try {
      this.peer = this.makePeer()
    } catch {
      // No WebRTC here, or it refuses the options. Told in a microtask: the caller does not hold this yet.
      queueMicrotask(() => this.end())
    }
  }

  get bufferedBytes(): number {
    return this.state === 'open' ? (this.peer?.bufferSize ?? 0) : 0
  }

  get roundTripMs(): number | undefined {
    if (this.state !== 'open') return undefined
    this.meter ??= new RoundTripMeter(this.peer?._pc)
    return this.meter.read(this.options.clock.now())
  }

  accept(signal: Signal): void {
    if (this.state !== 'connecting' || !this.peer) return
    if (!this.admits(signal)) {
      this.end()
      return
    }
    try {
      this.peer.signal(signal)
    } catch {
      this.end()
    }
  }

  send(bytes: Uint8Array): void {
    if (this.state !== 'open') return
    try {
      this.peer?.send(bytes)
      this.drainWatch?.sent()
    } catch {
      // The channel is closing under us, or its buffer is full beyond all reason.
      this.end()
    }
  }

  listen(listener: ChannelListener): void {
    this.channelListener = listener
    this.received.listen((bytes) => {
      if (this.state === 'open') listener.received(bytes)
    })
    if (this.state === 'closed') queueMicrotask(() => listener.closed())
  }

  close(): void {
    this.release()
  }

  /** One description of the kind that is due, then candidates; anything else is a stranger trying things out. */
  private admits(signal: Signal): boolean {
    const kind = signalKind(signal)
    if (kind === 'candidate') return (this.candidates += 1) <= candidatesMax
    if (this.described || kind !== (this.initiate ? 'answer' : 'offer')) return false
    this.described = true
    return true
  }

  private makePeer(): SimplePeer {
    const { iceServers, relayOnly, wrtc = globalThis } = this.options
    const peer = new SimplePeer({
      initiator: this.initiate,
      trickle: true,
      // Unused when trickling, and the library forgets to cancel this timer: let it pass at once.
      iceCompleteTimeout: 1,
      config: {
        iceServers: [...iceServers],
        iceTransportPolicy: relayOnly ? 'relay' : 'all',
        ...(this.certificates === undefined ? {} : { certificates: this.certificates }),
      },
      wrtc: {
        RTCPeerConnection: firstChannelOnly(wrtc.RTCPeerConnection),
        RTCSessionDescription: wrtc.RTCSessionDescription,
        RTCIceCandidate: wrtc.RTCIceCandidate,
      },
    })
    peer.on('signal', (signal) => {
      const told = relayOnly ? relayedOnly(signal) : signal
      if (this.state === 'connecting' && told !== undefined) this.listener.signal(told)
    })
    peer.on('connect', () => this.handleOpen(peer))
    peer.on('data', (bytes) => this.handleData(bytes))
    peer.on('error', () => this.end())
    peer.on('close', () => this.end())
    return peer
  }

  private handleOpen(peer: SimplePeer): void {
    if (this.state !== 'connecting') return
    this.state = 'open'
    this.cancelTimeout()
    const channel = peer._channel
    const polls = typeof channel?.bufferedAmountLowThreshold !== 'number'
    const watch = new DrainWatch(
      () => peer.bufferSize,
      () => this.channelListener?.drained(),
      this.options.clock,
      polls,
    )
    if (channel && !polls) {
      channel.bufferedAmountLowThreshold = lowWatermarkBytes
      channel.addEventListener('bufferedamountlow', () => watch.check())
    }
    this.drainWatch = watch
    this.listener.opened(this)
  }

  private handleData(bytes: Uint8Array): void {
    if (this.state === 'closed') return
    // The library hands out its own Buffer class, whose slice() shares memory where Uint8Array's copies.
    const plain = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
    if (!this.received.push(plain)) this.end()
  }

  private end(): void {
    const before = this.state
    this.release()
    if (before === 'connecting') this.listener.failed()
    else if (before === 'open') this.channelListener?.closed()
  }

  /** Destroys the connection, always: Chromium allows a page 500 of them, and does not collect open ones. */
  private release(): void {
    this.state = 'closed'
    this.cancelTimeout()
    this.drainWatch?.close()
    this.peer?.destroy()
  }
}

/**
 * Connections that show simple-peer only the first data channel of the other side. For each further one the
 * library would start a timer that it never stops, and take it for the channel.
 */
function firstChannelOnly(Native: typeof RTCPeerConnection): typeof RTCPeerConnection {
  function Connection(configuration: RTCConfiguration): RTCPeerConnection {
    const connection = new Native(configuration)
    let channels = 0
    connection.addEventListener('datachannel', (event) => {
      channels += 1
      if (channels > 1) event.stopImmediatePropagation()
    })
    return connection
  }
  return Connection as unknown as typeof RTCPeerConnection
}

import Wire from 'bittorrent-protocol'
import type { MemberId, SwarmId } from '../../../protocol/ids.js'
import { extensionName } from './extended-handshake.js'
import { prismExtension } from './prism-extension.js'

/** Hears a wire. Numbers are unsigned 32-bit integers, otherwise unchecked; byte arrays belong to the stream. */
export interface MemberWireListener {
  handshaken(swarm: string, member: string, speaksExtensions: boolean): void
  /** The extended handshake came. `serves`: an unchoke came before it. */
  extensionReady(serves: boolean): void
  message(payload: Uint8Array): void
  requested(handle: number, offset: number, length: number): void
  cancelled(handle: number, offset: number, length: number): void
  block(handle: number, offset: number, bytes: Uint8Array): void
  rejected(handle: number, offset: number, length: number): void
  /** Bytes for the neighbour: the parts of one frame, or of a few. */
  outgoing(parts: readonly Uint8Array[]): void
}

/**
 * bittorrent-protocol as links use it; the only file that knows the library. Requests are kept by the engine, so
 * the library's own lists, which would grow and hold callbacks, are emptied as they fill. Its timers stay unused.
 * Only frames that passed the guard may be written: on others it throws, loops or waits for ever.
 */
export class MemberWire {
  private readonly wire = new Wire('webrtc')

  constructor(private readonly listener: MemberWireListener) {
    const { wire } = this
    wire.use(
      prismExtension({
        ready: () => listener.extensionReady(!wire.peerChoking),
        message: (payload) => listener.message(payload),
      }),
    )
    wire.on('handshake', (swarm, member, speaks) =>
      listener.handshaken(swarm, member, speaks.extended && speaks.fast),
    )
    wire.on('request', (index, offset, length) => {
      wire.peerRequests.length = 0
      listener.requested(index >>> 0, offset >>> 0, length >>> 0)
    })
    wire.on('cancel', (index, offset, length) => listener.cancelled(index >>> 0, offset >>> 0, length >>> 0))
    wire.on('piece', (index, offset, bytes) => listener.block(index >>> 0, offset >>> 0, bytes))
    wire.on('reject', (index, offset, length) => listener.rejected(index >>> 0, offset >>> 0, length >>> 0))
    wire.on('readable', () => this.drain())
    // Destroying a stream may report an error that nobody is left to hear.
    wire.on('error', () => undefined)
  }

  /** The opening of the profile: handshake, unchoke, interested; the library adds the extended handshake. */
  open(swarm: SwarmId, self: MemberId): void {
    this.wire.handshake(swarm, self, { fast: true })
    this.wire.unchoke()
    this.wire.interested()
    this.drain()
  }

  /** Takes one frame that the guard let through. */
  accept(frame: Uint8Array): void {
    this.wire.write(frame)
  }

  message(payload: Uint8Array): void {
    this.wire.extended(extensionName, payload)
    this.drain()
  }

  request(handle: number, offset: number, length: number): void {
    this.wire.request(handle, offset, length)
    this.wire.requests.length = 0
    this.drain()
  }

  cancel(handle: number, offset: number, length: number): void {
    this.wire.cancel(handle, offset, length)
    this.drain()
  }

  block(handle: number, offset: number, bytes: Uint8Array): void {
    this.wire.piece(handle, offset, bytes)
    this.drain()
  }

  reject(handle: number, offset: number, length: number): void {
    this.wire.reject(handle, offset, length)
    this.drain()
  }

  /** Idempotent. */
  close(): void {
    this.wire.destroy()
  }

  /** Reads at once what the library queued, so that what is buffered is known without waiting for its events. */
  private drain(): void {
    const parts: Uint8Array[] = []
    for (let part = this.wire.read(); part !== null; part = this.wire.read()) parts.push(part)
    if (parts.length > 0) this.listener.outgoing(parts)
  }
}

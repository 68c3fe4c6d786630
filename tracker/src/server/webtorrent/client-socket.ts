import { MemberSocket } from '../member-socket.js'

/** A WebTorrent client's WebSocket, which can be written to past `ws`. */
export class ClientSocket extends MemberSocket {
  /** Bytes that wait for a slow reader. */
  get waitingBytes(): number {
    return this.stream?.writableLength ?? 0
  }

  /**
   * Sends a frame whose characters are bytes, in one write. `ws` has nothing of its own under way: without compression it
   * writes what it sends (pongs, the close) at once.
   */
  sendFrameText(frame: string): void {
    if (this.readyState === MemberSocket.OPEN) this.stream?.write(frame, 'latin1')
  }
}

/**
 * Most bytes kept for a channel nobody listens to yet. Before both handshakes are done a neighbour has a few
 * hundred bytes to say; the channel is opened and listened to within one turn.
 */
const unheardBytesMax = 256 * 1024

/** Keeps what arrives until somebody listens, up to a bound. */
export class ReceivedQueue {
  private chunks: Uint8Array[] = []
  private bytes = 0
  private hear: ((bytes: Uint8Array) => void) | undefined

  /** False when nobody listens and there is no more room. */
  push(bytes: Uint8Array): boolean {
    if (this.hear) {
      this.hear(bytes)
      return true
    }
    this.bytes += bytes.length
    if (this.bytes > unheardBytesMax) return false
    this.chunks.push(bytes)
    return true
  }

  /** Hands over what was kept, then everything as it comes. */
  listen(hear: (bytes: Uint8Array) => void): void {
    this.hear = hear
    const chunks = this.chunks
    this.chunks = []
    for (const chunk of chunks) hear(chunk)
  }
}

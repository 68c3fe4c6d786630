/** Opcodes from here on are of frames that may stand between those of a message (RFC 6455, section 5.5). */
const firstControlOpcode = 8

/**
 * Walks over the frames of a client (RFC 6455, section 5.2) without reading them, only to know where messages end. What is
 * wrong with them is for whoever reads them.
 */
export class FrameWalk {
  /** What has come of the head that comes. */
  private head: number[] = []
  private payloadLeft = 0
  private isMessageOpen = false

  /** Whether the next byte begins a message, or a frame between messages. */
  get isBetweenMessages(): boolean {
    return this.head.length === 0 && this.payloadLeft === 0 && !this.isMessageOpen
  }

  pass(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      const step = Math.min(this.payloadLeft, chunk.length - at)
      this.payloadLeft -= step
      at += step
      for (; this.payloadLeft === 0 && at < chunk.length; at += 1) this.passHead(chunk[at] ?? 0)
    }
  }

  private passHead(byte: number): void {
    const { head } = this
    head.push(byte)
    const [first = 0, second = 0] = head
    const short = second & 0x7f
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0
    const maskBytes = second & 0x80 ? 4 : 0
    if (head.length < 2 + lengthBytes + maskBytes) return
    const long = head.slice(2, 2 + lengthBytes)
    this.payloadLeft = lengthBytes === 0 ? short : long.reduce((sum, part) => sum * 256 + part, 0)
    if ((first & 0x0f) < firstControlOpcode) this.isMessageOpen = (first & 0x80) === 0
    this.head = []
  }
}

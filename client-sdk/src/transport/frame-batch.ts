/**
 * Largest message put on a data channel. 64 KiB is what every WebRTC implementation takes without being asked
 * (RFC 8841, section 6.1); one byte less stays clear of comparisons that exclude the bound.
 */
export const channelMessageBytesMax = 64 * 1024 - 1

/**
 * Joins what is written within one turn into few channel messages, so that a block and its head, or a handful of
 * announcements, cost one message. Flushes by itself before a message would grow over its bound, and at the end
 * of the turn, in a microtask.
 */
export class FrameBatch {
  private chunks: Uint8Array[] = []
  private bytes = 0
  private state: 'idle' | 'scheduled' | 'closed' = 'idle'

  constructor(private readonly send: (message: Uint8Array) => void) {}

  /** Bytes added and not yet sent. */
  get bufferedBytes(): number {
    return this.bytes
  }

  /** Adds parts that should travel in one message. They must not change until they are sent. */
  add(parts: readonly Uint8Array[]): void {
    if (this.state === 'closed') return
    const bytes = parts.reduce((sum, part) => sum + part.length, 0)
    if (this.bytes + bytes > channelMessageBytesMax) this.flush()
    this.chunks.push(...parts)
    this.bytes += bytes
    if (this.state !== 'idle') return
    this.state = 'scheduled'
    queueMicrotask(() => {
      if (this.state === 'closed') return
      this.state = 'idle'
      this.flush()
    })
  }

  flush(): void {
    if (this.bytes === 0) return
    const chunks = this.chunks
    const bytes = this.bytes
    this.chunks = []
    this.bytes = 0
    this.send(join(chunks, bytes))
  }

  /** Drops what was not sent. */
  close(): void {
    this.state = 'closed'
    this.chunks = []
    this.bytes = 0
  }
}

function join(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const [first] = chunks
  if (first && chunks.length === 1) return first
  const message = new Uint8Array(bytes)
  let offset = 0
  for (const chunk of chunks) {
    message.set(chunk, offset)
    offset += chunk.length
  }
  return message
}

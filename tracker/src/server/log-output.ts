import { write } from 'node:fs'

const retryMs = 100

/**
 * Where lines go out to a file descriptor, beside the event loop. What cannot be written is dropped: a full disk, or
 * somebody who has stopped reading, must not be the end of every viewer's signalling.
 */
export class LogOutput {
  private readonly waiting: string[] = []
  private waitingLength = 0
  private isBusy = false

  /** @param waitingLengthMax - characters that wait; lines beyond are dropped */
  constructor(
    private readonly descriptor: number,
    private readonly waitingLengthMax: number,
  ) {}

  write(line: string): void {
    if (this.waitingLength + line.length > this.waitingLengthMax) return
    this.waiting.push(line)
    this.waitingLength += line.length
    if (!this.isBusy) this.writeWaiting()
  }

  private writeWaiting(): void {
    const text = this.waiting.join('')
    this.waiting.length = 0
    this.waitingLength = 0
    if (text !== '') this.writeAll(Buffer.from(text))
  }

  private writeAll(bytes: Buffer): void {
    this.isBusy = true
    write(this.descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        // A pipe that is full for now. Nobody waits for it when all else has ended.
        setTimeout(() => this.writeAll(bytes), retryMs).unref()
      } else if (!error && written < bytes.length) {
        this.writeAll(bytes.subarray(written))
      } else {
        this.isBusy = false
        this.writeWaiting()
      }
    })
  }
}

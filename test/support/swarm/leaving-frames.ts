/** Numbers of frames that have left are removed from memory in batches of at least this many. */
const batchMin = 64

/**
 * The frames of one link that wait for its member's uplink, first come, first sent. Kept as bare numbers, the moment at which
 * a frame has left and its bytes by turns: a run has thousands of links, and an object for each frame took more memory than
 * any other part of the model.
 */
export class LeavingFrames {
  private readonly numbers: number[] = []
  private head = 0
  private tail = 0
  private waitingBytes = 0

  /** Bytes of all frames that are not known to have left. */
  get bytes(): number {
    return this.waitingBytes
  }

  /** No frame leaves before one that was pushed earlier. */
  push(at: number, bytes: number): void {
    this.numbers[this.tail] = at
    this.numbers[this.tail + 1] = bytes
    this.tail += 2
    this.waitingBytes += bytes
  }

  /** Forgets those that have left by now. */
  forgetLeft(now: number): void {
    while (this.head < this.tail && (this.numbers[this.head] ?? 0) <= now) {
      this.waitingBytes -= this.numbers[this.head + 1] ?? 0
      this.head += 2
    }
    if (this.head === this.tail) {
      this.head = 0
      this.tail = 0
    } else if (this.head >= batchMin && this.head * 2 >= this.tail) {
      this.numbers.copyWithin(0, this.head, this.tail)
      this.tail -= this.head
      this.head = 0
    }
  }

  /** When no more than so many bytes wait, if nothing is pushed; undefined: that is so now. */
  lowAt(bytesMax: number): number | undefined {
    let left = this.waitingBytes
    let at: number | undefined
    for (let index = this.head; index < this.tail && left > bytesMax; index += 2) {
      at = this.numbers[index]
      left -= this.numbers[index + 1] ?? 0
    }
    return at
  }
}

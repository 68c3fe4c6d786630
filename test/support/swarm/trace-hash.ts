/** FNV-1a's prime and offset basis (Fowler, Noll, Vo), and another basis for the second half of the hash. */
const prime = 0x0100_0193
const basis = 0x811c_9dc5
const otherBasis = 0x9e37_79b9

/** A running hash of numbers, 64 bits, cheap enough to take in every event of a run: equal runs have equal hashes. */
export class TraceHash {
  private low = basis
  private high = otherBasis
  private readonly float = new Float64Array(1)
  private readonly words = new Uint32Array(this.float.buffer)

  add(value: number): void {
    this.float[0] = value
    const first = this.words[0] ?? 0
    const second = this.words[1] ?? 0
    this.low = Math.imul(Math.imul(this.low ^ first, prime) ^ second, prime)
    this.high = Math.imul(Math.imul(this.high ^ second, prime) ^ (first >>> 7) ^ this.low, prime)
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }
}

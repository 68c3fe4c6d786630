import { idBytes } from './ids.js'

/**
 * Reads big-endian fields one after the other. Reading past the end does not throw: it yields zeros and clears
 * `intact`, which the caller checks once at the end. So a truncated message is one check, not twenty.
 */
export class ByteReader {
  intact = true
  private offset = 0
  private readonly view: DataView

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** True when every read was inside the message and nothing is left over. */
  get finished(): boolean {
    return this.intact && this.offset === this.bytes.length
  }

  u8(): number {
    return this.take(1) ? this.view.getUint8(this.offset - 1) : 0
  }

  u32(): number {
    return this.take(4) ? this.view.getUint32(this.offset - 4) : 0
  }

  /** Eight bytes as a safe integer; a greater value clears `intact`. */
  u53(): number {
    const value = this.u32() * 0x1_0000_0000 + this.u32()
    if (!Number.isSafeInteger(value)) {
      this.intact = false
      return 0
    }
    return value
  }

  ascii(): string {
    const length = this.u8()
    if (!this.take(length)) return ''
    let text = ''
    for (let index = this.offset - length; index < this.offset; index += 1) {
      text += String.fromCharCode(this.bytes[index] ?? 0)
    }
    return text
  }

  /** A text of UTF-16 units behind their number in two bytes; a longer one than `lengthMax` clears `intact`. */
  utf16(lengthMax: number): string {
    const length = this.u8() * 256 + this.u8()
    if (length > lengthMax) this.intact = false
    let text = ''
    for (let index = 0; index < length && this.intact; index += 1) {
      text += String.fromCharCode(this.u8() * 256 + this.u8())
    }
    return text
  }

  /** So many bytes, copied. */
  bytesOf(count: number): Uint8Array {
    return this.take(count)
      ? new Uint8Array(this.bytes.subarray(this.offset - count, this.offset))
      : new Uint8Array(count)
  }

  hexId(): string {
    let hex = ''
    for (let index = 0; index < idBytes; index += 1) hex += this.u8().toString(16).padStart(2, '0')
    return hex
  }

  private take(count: number): boolean {
    if (this.offset + count > this.bytes.length) this.intact = false
    if (!this.intact) return false
    this.offset += count
    return true
  }
}

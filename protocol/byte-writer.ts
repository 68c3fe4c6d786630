import { idBytes } from './ids.js'

/** Writes big-endian fields one after the other into a buffer that grows. Callers pass values already in range. */
export class ByteWriter {
  private buffer = new Uint8Array(64)
  private view = new DataView(this.buffer.buffer)
  private length = 0

  u8(value: number): this {
    this.reserve(1)
    this.view.setUint8(this.length - 1, value)
    return this
  }

  u32(value: number): this {
    this.reserve(4)
    this.view.setUint32(this.length - 4, value)
    return this
  }

  /** A non-negative safe integer, as eight bytes. */
  u53(value: number): this {
    return this.u32(Math.floor(value / 0x1_0000_0000)).u32(value % 0x1_0000_0000)
  }

  /** An ASCII text of at most 255 characters behind its length in one byte. */
  ascii(text: string): this {
    this.u8(text.length)
    for (let index = 0; index < text.length; index += 1) this.u8(text.charCodeAt(index))
    return this
  }

  /** Forty hexadecimal digits as 20 bytes. */
  hexId(hex: string): this {
    for (let index = 0; index < idBytes; index += 1) {
      this.u8(Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16))
    }
    return this
  }

  /** A text behind the number of its UTF-16 units in two bytes, two bytes for each: any text, and one way to write it. */
  utf16(text: string): this {
    this.u8(text.length >> 8).u8(text.length & 0xff)
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index)
      this.u8(unit >> 8).u8(unit & 0xff)
    }
    return this
  }

  /** Bytes as they are. */
  bytes(values: Uint8Array): this {
    this.reserve(values.length)
    this.buffer.set(values, this.length - values.length)
    return this
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  private reserve(count: number): void {
    this.length += count
    if (this.length <= this.buffer.length) return
    const grown = new Uint8Array(this.buffer.length * 2 + count)
    grown.set(this.buffer)
    this.buffer = grown
    this.view = new DataView(grown.buffer)
  }
}

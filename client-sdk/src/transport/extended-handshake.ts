/** Longest extended handshake (BEP 10) accepted. Ours has 17 bytes; the rest is room for fields to come. */
export const extendedHandshakeBytesMax = 1024

/** Name of our extension in the handshake's dictionary `m`. */
export const extensionName = 'prism'

/**
 * True when `payload` is an extended handshake in the form that members send: a bencoded dictionary with sorted
 * keys, whose `m` maps extension names to ids from 0 to 255 and `prism` to one above 0, and whose other values
 * are integers or strings. Looser ones must not reach bittorrent-protocol 5.0.9: a value with an entry `toString`
 * makes it throw where nobody can catch, and `prism` mapped to 0 makes our own next message throw.
 */
export function isExtendedHandshake(payload: Uint8Array): boolean {
  if (payload.length > extendedHandshakeBytesMax) return false
  const reader = new BencodeReader(payload)
  let prismId: number | undefined
  const intact = reader.dictionary((key) => {
    if (key !== 'm') return (reader.integer() ?? reader.string()) !== undefined
    return reader.dictionary((name) => {
      const id = reader.integer()
      if (id === undefined || id < 0 || id > 255) return false
      if (name === extensionName) prismId = id
      return true
    })
  })
  return intact && reader.finished && prismId !== undefined && prismId > 0
}

/** Reads the few forms of bencoding (BEP 3) that an extended handshake needs, without nesting of its own. */
class BencodeReader {
  private offset = 0
  private readonly text: string

  constructor(bytes: Uint8Array) {
    this.text = String.fromCharCode(...bytes)
  }

  get finished(): boolean {
    return this.offset === this.text.length
  }

  /** Calls `entry` at each value; false when it does, when a key is out of order, or when this is no dictionary. */
  dictionary(entry: (key: string) => boolean): boolean {
    if (!this.match(/d/y)) return false
    let last: string | undefined
    while (!this.match(/e/y)) {
      const key = this.string()
      if (key === undefined || (last !== undefined && key <= last) || !entry(key)) return false
      last = key
    }
    return true
  }

  integer(): number | undefined {
    const digits = this.match(/i(-?\d{1,10})e/y)
    return digits ? Number(digits[1]) : undefined
  }

  string(): string | undefined {
    const start = this.offset
    const digits = this.match(/(\d{1,4}):/y)
    if (!digits) return undefined
    const end = this.offset + Number(digits[1])
    if (end > this.text.length) {
      this.offset = start
      return undefined
    }
    const text = this.text.slice(this.offset, end)
    this.offset = end
    return text
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.offset
    const found = pattern.exec(this.text)
    if (found) this.offset = pattern.lastIndex
    return found
  }
}

import type { JsonCursor } from './json-cursor.js'

/**
 * Names a swarm (`info_hash`), a peer or an offer: 20 characters from U+0000 to U+00FF, one for each byte. What counts is
 * the decoded string: the same id may stand in JSON as UTF-8, or as escapes.
 */
export type WireId = string

const idLength = 20
/** A byte above 0x7f, of which UTF-8 makes two, or an escape: `\u00e9`. */
const idTextMax = idLength * 6

const backslash = 0x5c
const letterU = 0x75
/** The escapes of JSON that do not stand for themselves. */
const shortEscapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13 }).map(([letter, code]) => [letter.charCodeAt(0), code]),
)

const plainAscii = /^[\x20-\x7f]*$/

/** The id that a string is, which the cursor has just read; nothing if it is none. It may be part of the whole text. */
export function idAt(cursor: JsonCursor): WireId | undefined {
  const { raw } = cursor
  if (!cursor.escaped && raw.length === idLength && plainAscii.test(raw)) return raw
  return raw.length <= idTextMax ? decodeId(raw) : undefined
}

/** The id in JSON, as text whose characters are the bytes of UTF-8. */
export function idLiteral(id: WireId): string {
  const json = JSON.stringify(id)
  if (plainAscii.test(json)) return json
  let bytes = ''
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    bytes += code < 0x80 ? json.charAt(at) : String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 0x3f))
  }
  return bytes
}

/** Room for one id, used again and again: this is done for every id of every message. */
const codes = new Array<number>(idLength).fill(0)

/** A copy that does not keep alive the message that the id was cut from: V8 would keep all of it for a part. */
export function detachedId(id: WireId): WireId {
  for (let at = 0; at < idLength; at += 1) codes[at] = id.charCodeAt(at)
  return String.fromCharCode(...codes)
}

/** An id in whose text characters above U+007F are two bytes, and some may be escapes. The cursor has checked these. */
function decodeId(bytes: string): WireId | undefined {
  let length = 0
  for (let at = 0; at < bytes.length; length += 1) {
    if (length === idLength) return undefined
    let code = bytes.charCodeAt(at)
    at += 1
    if (code === backslash) {
      const escape = bytes.charCodeAt(at)
      code = escape === letterU ? hexAt(bytes, at + 1) : (shortEscapes.get(escape) ?? escape)
      at += escape === letterU ? 5 : 1
      if (code > 0xff) return undefined
    } else if (code >= 0x80) {
      // The two bytes that UTF-8 can begin U+0080 to U+00FF with.
      if (code !== 0xc2 && code !== 0xc3) return undefined
      code = ((code & 3) << 6) | (bytes.charCodeAt(at) & 0x3f)
      at += 1
    }
    codes[length] = code
  }
  return length === idLength ? String.fromCharCode(...codes) : undefined
}

/** What four hexadecimal digits are. */
function hexAt(text: string, start: number): number {
  let value = 0
  for (let at = start; at < start + 4; at += 1) {
    const code = text.charCodeAt(at)
    // The low four bits of A to F and a to f are 1 to 6.
    value = (value << 4) | (code <= 0x39 ? code - 0x30 : (code & 0xf) + 9)
  }
  return value
}

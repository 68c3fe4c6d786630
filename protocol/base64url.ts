const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const values = new Map(Array.from(letters).map((letter, value) => [letter, value] as const))

/** Bytes as base64url without padding (RFC 4648, section 5), for JSON. Pure layers have no `btoa`. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const count = Math.min(bytes.length - at, 3) + 1
    for (let place = 0; place < count; place += 1) text += letters[(bits >> (18 - 6 * place)) & 63]
  }
  return text
}

/** Undefined for a text that {@link toBase64Url} does not write. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let pending = 0
  let at = 0
  for (const letter of text) {
    const value = values.get(letter)
    if (value === undefined) return undefined
    bits = (bits << 6) | value
    pending += 6
    if (pending < 8) continue
    pending -= 8
    bytes[at] = (bits >> pending) & 0xff
    at += 1
    bits &= (1 << pending) - 1
  }
  return bits === 0 ? bytes : undefined
}

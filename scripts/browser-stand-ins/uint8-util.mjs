// Stands in for `uint8-util`, whose browser build calls Uint8Array.prototype.toHex: bittorrent-protocol does so in
// its constructor, so wires would throw in Chrome before 140, Firefox before 133 and Safari before 18.2. Here is what
// bittorrent-protocol and bencode import, on what every browser with data channels has.
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function text2arr(text) {
  return encoder.encode(text)
}

export function arr2text(bytes) {
  return decoder.decode(bytes)
}

export function arr2hex(bytes) {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

export function hex2arr(hex) {
  const bytes = new Uint8Array(hex.length >> 1)
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

export function concat(chunks, length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)) {
  const joined = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.length
  }
  return joined
}

export function randomBytes(size) {
  return crypto.getRandomValues(new Uint8Array(size))
}

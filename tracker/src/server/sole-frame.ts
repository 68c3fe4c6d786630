import { isUtf8 } from 'node:buffer'

/** The first byte of a text message in one frame: FIN and the opcode (RFC 6455, section 5.2). */
const finalText = 0x81
const finalPong = 0x8a
const maskBit = 0x80
/** In place of a length: two bytes with the length follow. */
const longLength = 126

/**
 * The payload of a chunk that is one text message of a client, whole and nothing else, as nearly all are that arrive;
 * unmasked in place. Nothing, and the chunk as it was, if it is anything else.
 */
export function soleText(chunk: Buffer, payloadBytesMax: number): Buffer | undefined {
  const [first, second = 0] = [chunk[0], chunk[1]]
  if (first !== finalText || (second & maskBit) === 0) return undefined
  const short = second & ~maskBit
  if (short > longLength) return undefined
  const head = short === longLength ? 8 : 6
  const length = short === longLength ? ((chunk[2] ?? 0) << 8) | (chunk[3] ?? 0) : short
  if (chunk.length !== head + length || length > payloadBytesMax) return undefined
  mask(chunk, head)
  const text = chunk.subarray(head)
  if (isUtf8(text)) return text
  mask(chunk, head)
  return undefined
}

/** Whether a chunk is a pong without a payload, the answer to a ping without one, and nothing else. */
export function isEmptyPong(chunk: Buffer): boolean {
  return chunk.length === 6 && chunk[0] === finalPong && chunk[1] === maskBit
}

/** Takes the mask off, or on again. It is the four bytes before the payload. */
function mask(chunk: Buffer, head: number): void {
  const { byteOffset, length } = chunk
  let at = head
  // Four at a time where they lie as the processor wants them: with a long head, in a buffer of its own, they do.
  if ((byteOffset + head) % 4 === 0) {
    const words = new Uint32Array(chunk.buffer, byteOffset + head - 4, (length - head + 4) >> 2)
    const maskWord = words[0] ?? 0
    for (let index = 1; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ maskWord
    at += (words.length - 1) * 4
  }
  for (; at < length; at += 1) {
    chunk[at] = (chunk[at] ?? 0) ^ (chunk[head - 4 + ((at - head) & 3)] ?? 0)
  }
}

/** A text as it is on the wire: a character for each byte of UTF-8. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** The text whose bytes these are. @throws TypeError when they are no UTF-8 */
export function textOf(bytes: string): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'))
}

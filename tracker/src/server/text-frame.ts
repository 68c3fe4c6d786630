/**
 * A text frame as a server sends it (RFC 6455, section 5.2): final, unmasked, one buffer. What goes to many is framed
 * once, and what goes out in one write costs less than header and payload apart, which is how `ws` sends them.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headLength + length)
  frame[0] = 0x81
  if (headLength === 2) {
    frame[1] = length
  } else if (headLength === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeUInt32BE(0, 2)
    frame.writeUInt32BE(length, 6)
  }
  frame.write(text, headLength)
  return frame
}

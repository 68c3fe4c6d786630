/**
 * Rules of the byte stream that a neighbour can break. The link is closed at the first one.
 *
 * - `handshake-malformed`: the first 68 bytes are no BitTorrent handshake
 * - `frame-early`: a frame other than unchoke and interested came before the extended handshake
 * - `frame-unknown`: a message type or extension id outside the profile
 * - `frame-length`: a declared length that this type of message cannot have
 * - `frame-repeated`: a second extended handshake, unchoke or interested
 * - `frame-idle-flood`: more keep-alives than a link of many hours needs
 * - `extended-malformed`: the extended handshake is not the bencoded form that offers `prism`
 */
export const frameCodes = [
  'handshake-malformed',
  'frame-early',
  'frame-unknown',
  'frame-length',
  'frame-repeated',
  'frame-idle-flood',
  'extended-malformed',
] as const
export type FrameCode = (typeof frameCodes)[number]

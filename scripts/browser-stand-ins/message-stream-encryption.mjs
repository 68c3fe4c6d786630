// Stands in for bittorrent-protocol's mse.js, which needs Node's RC4. Data channels are encrypted already (DTLS),
// so no wire ever asks for it; one that does is told so.
export const nativeRC4 = false

export class MessageStreamEncryptor {
  constructor() {
    throw new Error('Message stream encryption is not part of this bundle')
  }
}

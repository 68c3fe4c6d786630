// Stands in for `buffer`: simple-peer wraps what arrives on a data channel, and nothing else.
export const Buffer = {
  from: (bytes) => new Uint8Array(bytes),
}

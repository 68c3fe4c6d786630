// Stands in for `text-decoder`, which streamx needs only for `setEncoding`: wires carry bytes.
export default class UnavailableTextDecoder {
  constructor() {
    throw new Error('Decoding a stream as text is not part of this bundle')
  }
}

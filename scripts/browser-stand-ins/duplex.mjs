// Stands in for `readable-stream`, the larger half of simple-peer's prebuilt file. Of a stream, channels use only that
// what arrives is emitted as `data`: they send with `send`, never with `write`, and do their own flow control.
import EventEmitter from 'bare-events'
import { text2arr } from './uint8-util.mjs'

export class Duplex extends EventEmitter {
  _readableState = { ended: false }
  _writableState = { finished: false }

  push(chunk) {
    if (chunk === null) {
      this._readableState.ended = true
      return
    }
    // A stranger may send text: a stream of bytes makes bytes of it, and passes over what is empty.
    const bytes = typeof chunk === 'string' ? text2arr(chunk) : chunk
    if (bytes.length > 0) this.emit('data', bytes)
  }

  end() {
    this._writableState.finished = true
  }
}

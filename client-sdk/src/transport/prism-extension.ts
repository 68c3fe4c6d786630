import { extensionName } from './extended-handshake.js'

/** Hears the extension protocol (BEP 10) of one wire. */
export interface PrismListener {
  /** The neighbour's extended handshake came, and offers `prism`. */
  ready(): void
  /** `payload` is valid only during the call. */
  message(payload: Uint8Array): void
}

/** The class that `wire.use` wants: it makes the instance itself, and reads the name from the prototype. */
export function prismExtension(listener: PrismListener): new () => object {
  class PrismExtension {
    onExtendedHandshake(): void {
      listener.ready()
    }

    onMessage(payload: Uint8Array): void {
      listener.message(payload)
    }
  }
  Object.defineProperty(PrismExtension.prototype, 'name', { value: extensionName })
  return PrismExtension
}

import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { PrismeshTrackerError } from '../tracker-error.js'

export interface TlsFiles {
  readonly tlsCert: string
  readonly tlsKey: string
}

/**
 * Reads certificate and key.
 *
 * @throws PrismeshTrackerError `invalid-options` when they cannot be read, or are no pair
 */
export function readTls({ tlsCert, tlsKey }: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } {
  try {
    const pair = { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) }
    createSecureContext(pair)
    return pair
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const message = `tlsCert, tlsKey: cannot be used as certificate and key (${code})`
    throw new PrismeshTrackerError('invalid-options', message)
  }
}

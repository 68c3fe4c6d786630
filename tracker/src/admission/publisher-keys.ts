import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { PrismeshTrackerError } from '../tracker-error.js'
import { readKeyFile } from './token-keys.js'

/**
 * The keys by which publishers' digests are checked: of private ones, the public halves.
 *
 * @throws PrismeshTrackerError `invalid-options`
 */
export function readPublisherKeys(path: string): KeyObject[] {
  return edwardsKeys(path).map(({ kty, crv, x }) =>
    usable(path, () => createPublicKey({ key: { kty, crv, x }, format: 'jwk' })),
  )
}

/**
 * The key to sign digests with: the first of the file, or the one that is named.
 *
 * @throws PrismeshTrackerError `invalid-options`
 */
export function readSigningKey(path: string, kid?: string): KeyObject {
  const keys = edwardsKeys(path)
  const key = kid === undefined ? keys[0] : keys.find((each) => each.kid === kid)
  if (key === undefined) throw refuse(path, 'has no key of this name')
  const { kty, crv, x, d } = key
  if (d === undefined) throw refuse(path, 'holds the public half only')
  return usable(path, () => createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' }))
}

function edwardsKeys(path: string) {
  return readKeyFile(path).map((key) => {
    if (key.kty !== 'OKP') throw refuse(path, 'digests are signed with Ed25519 keys, not with HS256 secrets')
    return key
  })
}

function usable(path: string, read: () => KeyObject): KeyObject {
  try {
    return read()
  } catch {
    throw refuse(path, 'holds a key that cannot be used')
  }
}

function refuse(path: string, problem: string): PrismeshTrackerError {
  return new PrismeshTrackerError('invalid-options', `${path}: ${problem}`)
}

import { readFileSync } from 'node:fs'
import { importJWK, type CryptoKey, type JWK } from 'jose'
import * as v from 'valibot'
import { PrismeshTrackerError } from '../tracker-error.js'

/** Bytes of an HS256 key (RFC 7518, section 3.2: at least the size of the hash). */
const secretBytesMin = 32

const kid = v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(128)))
const secretKey = v.object({
  kty: v.literal('oct'),
  alg: v.exactOptional(v.literal('HS256')),
  kid,
  k: v.pipe(
    v.string(),
    v.check((text) => Buffer.from(text, 'base64url').length >= secretBytesMin),
  ),
})
const edwardsKey = v.object({
  kty: v.literal('OKP'),
  crv: v.literal('Ed25519'),
  alg: v.exactOptional(v.picklist(['EdDSA', 'Ed25519'])),
  kid,
  x: v.string(),
  d: v.exactOptional(v.string()),
})
const tokenJwk = v.variant('kty', [secretKey, edwardsKey])
const keyFile = v.union([v.object({ keys: v.pipe(v.array(tokenJwk), v.minLength(1)) }), tokenJwk])

export type TokenJwk = v.InferOutput<typeof tokenJwk>

/** A key and the only algorithms it is for: a token's header has no say in that. */
export interface TokenKey {
  readonly kid: string | undefined
  readonly algorithms: readonly string[]
  readonly key: CryptoKey | Uint8Array
}

/**
 * Reads a file with a JWK or a JWK set.
 *
 * @throws PrismeshTrackerError `invalid-options`, which never quotes the file
 */
export function readKeyFile(path: string): TokenJwk[] {
  const refuse = (problem: string) => new PrismeshTrackerError('invalid-options', `${path}: ${problem}`)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? 'is not JSON' : 'cannot be read')
  }
  const parsed = v.safeParse(keyFile, json)
  if (!parsed.success) {
    throw refuse('must hold a JWK or a JWK set of Ed25519 keys or HS256 secrets of at least 32 bytes')
  }
  const keys = 'keys' in parsed.output ? parsed.output.keys : [parsed.output]
  if (keys.length > 1 && new Set(keys.map((key) => key.kid ?? '')).size < keys.length) {
    throw refuse('of several keys, each needs a kid of its own')
  }
  return keys
}

/** The key by which tokens are checked: of a private one, its public half. */
export async function verificationKey(jwk: TokenJwk): Promise<TokenKey> {
  if (jwk.kty === 'oct') {
    return { kid: jwk.kid, algorithms: ['HS256'], key: await importJWK(jwk as JWK, 'HS256') }
  }
  const { kty, crv, x } = jwk
  return {
    kid: jwk.kid,
    algorithms: ['EdDSA', 'Ed25519'],
    key: await importJWK({ kty, crv, x }, 'EdDSA'),
  }
}

/** @throws PrismeshTrackerError `invalid-options` */
export async function readTokenKeys(path: string): Promise<TokenKey[]> {
  const jwks = readKeyFile(path)
  try {
    return await Promise.all(jwks.map(verificationKey))
  } catch {
    throw new PrismeshTrackerError('invalid-options', `${path}: holds a key that cannot be used`)
  }
}

import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT, type JWK } from 'jose'
import type { TokenJwk } from './token-keys.js'

/** What a new token is to say; see the claims. */
export interface TokenWish {
  readonly stream: string
  readonly origin: string
  readonly lifetimeSeconds: number
  readonly uses: number
  readonly region?: string
  readonly member?: string
}

/** Signs a token with a secret or a private key. `now` counts milliseconds since 1970. */
export async function mintToken(jwk: TokenJwk, wish: TokenWish, now: number): Promise<string> {
  const { lifetimeSeconds, ...claims } = wish
  const algorithm = jwk.kty === 'oct' ? 'HS256' : 'EdDSA'
  return new SignJWT({ ...claims })
    .setProtectedHeader(jwk.kid === undefined ? { alg: algorithm } : { alg: algorithm, kid: jwk.kid })
    .setJti(randomUUID())
    .setExpirationTime(Math.floor(now / 1000) + lifetimeSeconds)
    .sign(await importJWK(jwk as JWK, algorithm))
}

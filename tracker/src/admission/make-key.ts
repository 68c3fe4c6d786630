import { randomBytes, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** A new key as a JWK, named so that it can be changed for another one without a gap. */
export async function makeKey(algorithm: 'EdDSA' | 'HS256', kid: string = randomUUID()): Promise<JWK> {
  if (algorithm === 'HS256')
    return { kty: 'oct', alg: 'HS256', kid, k: randomBytes(32).toString('base64url') }
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return { ...(await exportJWK(privateKey)), alg: 'EdDSA', kid }
}

import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import * as v from 'valibot'
import { isTokenText } from '../../../protocol/join-token.js'
import { failure, success, type Result } from '../../../protocol/result.js'
import type { Grant } from '../core/grant.js'
import type { Admission, AdmissionCode, AdmissionRequest } from './admission.js'
import { tokenClaims, tokenLifetimeMaxSeconds, type TokenClaims } from './token-claims.js'
import type { Moment } from './moment.js'
import type { TokenKey } from './token-keys.js'
import type { UsedTokens } from './used-tokens.js'

/** Seconds by which the clocks of the site's server and of the tracker may differ. */
const clockToleranceSeconds = 5

export interface TokenAdmissionParts {
  /** Asked at each token, so that keys can be changed while the tracker runs. */
  keys(): readonly TokenKey[]
  readonly region: string | undefined
  readonly used: UsedTokens
  now(): Moment
}

/** Lets in who brings a token of the operator's, for this page, that is not used up. */
export function tokenAdmission(parts: TokenAdmissionParts): Admission {
  return { admit: (request) => admit(request, parts) }
}

async function admit(request: AdmissionRequest, parts: TokenAdmissionParts): ReturnType<Admission['admit']> {
  const { token, origin } = request
  if (token === undefined) return failure('token-missing', 'this tracker asks for a join token')
  if (!isTokenText(token)) return failure('token-invalid', 'the token is no JWT')
  const key = keyOf(token, parts.keys())
  if (!key) return failure('token-invalid', 'the token names no key of this tracker')
  const now = parts.now()
  const verified = await verify(token, key, now.wallMs)
  if (!verified.ok) return verified
  const claims = verified.value
  const mismatch = mismatchOf(claims, origin, parts.region)
  if (mismatch !== undefined) return failure('token-mismatch', mismatch)
  // A key's name is part of a token's: two servers of the operator need not agree on their jti.
  const id = `${key.kid ?? ''}/${claims.jti}`
  const livesMs = (claims.exp + clockToleranceSeconds) * 1000 - now.wallMs
  if (!parts.used.use(now, id, claims.uses, livesMs)) {
    return failure('token-used', 'the token has been used as often as it may be')
  }
  return success(grantOf(claims, id))
}

/** The key that a token names; where there is only one, it need not be named. The algorithm is the key's own. */
function keyOf(token: string, keys: readonly TokenKey[]): TokenKey | undefined {
  try {
    const { kid } = decodeProtectedHeader(token)
    if (kid === undefined) return keys.length === 1 ? keys[0] : undefined
    return keys.find((key) => key.kid === kid)
  } catch {
    return undefined
  }
}

async function verify(
  token: string,
  { key, algorithms }: TokenKey,
  now: number,
): Promise<Result<TokenClaims, AdmissionCode>> {
  let payload: JWTPayload
  try {
    const options = { clockTolerance: clockToleranceSeconds, currentDate: new Date(now) }
    ;({ payload } = await jwtVerify(token, key, { ...options, algorithms: [...algorithms] }))
  } catch (error) {
    if (error instanceof errors.JWTExpired) return failure('token-expired', 'the token has expired')
    return failure('token-invalid', 'the signature or the header of the token is wrong')
  }
  const parsed = v.safeParse(tokenClaims, payload)
  if (!parsed.success) {
    const [issue] = parsed.issues
    return failure('token-invalid', `the claim "${v.getDotPath(issue) ?? ''}" is missing or wrong`)
  }
  if (parsed.output.exp > now / 1000 + tokenLifetimeMaxSeconds + clockToleranceSeconds) {
    return failure('token-invalid', `a token lives for ${tokenLifetimeMaxSeconds} s at most`)
  }
  return success(parsed.output)
}

function mismatchOf(claims: TokenClaims, origin = '', region?: string): string | undefined {
  if (claims.origin !== origin) return 'the token is for pages of another origin'
  if (claims.region !== undefined && claims.region !== region) return 'the token is for another region'
  return undefined
}

function grantOf({ stream, member, origin }: TokenClaims, id: string): Grant {
  const grant = { stream, token: id, holder: origin }
  return member === undefined ? grant : { ...grant, member }
}

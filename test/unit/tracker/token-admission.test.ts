import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createHmac, sign as signWith, createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'mocha'
import { makeKey } from '../../../tracker/src/admission/make-key.js'
import { mintToken, type TokenWish } from '../../../tracker/src/admission/mint-token.js'
import { originAdmission } from '../../../tracker/src/admission/origin-admission.js'
import { openAdmission } from '../../../tracker/src/admission/open-admission.js'
import { tokenAdmission } from '../../../tracker/src/admission/token-admission.js'
import {
  readTokenKeys,
  verificationKey,
  type TokenJwk,
  type TokenKey,
} from '../../../tracker/src/admission/token-keys.js'
import { UsedTokens } from '../../../tracker/src/admission/used-tokens.js'

const start = Date.UTC(2026, 0, 1)
const origin = 'https://page.example'
const wish: TokenWish = { stream: 'news', origin, lifetimeSeconds: 120, uses: 1 }
const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const goodClaims = { stream: 'news', origin, exp: start / 1000 + 120, jti: '1', uses: 1 }

for (const algorithm of ['EdDSA', 'HS256'] as const) {
  describe(`admission by tokens signed with ${algorithm}`, () => {
    let now: number
    let jwk: TokenJwk
    let keys: TokenKey[]
    let used: UsedTokens
    let region: string | undefined

    let steadyMs: number
    const moment = () => ({ wallMs: now, steadyMs })
    const pass = (ms: number) => {
      now += ms
      steadyMs += ms
    }

    beforeEach(async () => {
      now = start
      steadyMs = 0
      used = new UsedTokens(3)
      region = undefined
      jwk = (await makeKey(algorithm, 'first')) as TokenJwk
      keys = [await verificationKey(jwk)]
    })

    const mint = (change: Partial<TokenWish> = {}, key = jwk) => mintToken(key, { ...wish, ...change }, now)
    const admit = (token: string | undefined, from: string | undefined = origin) =>
      tokenAdmission({ keys: () => keys, region, used, now: moment }).admit({ origin: from, token })
    const codeOf = async (token: string | undefined, from?: string) => {
      const admitted = await admit(token, from)
      return admitted.ok ? 'admitted' : admitted.code
    }
    /** Signs any header and claims with the right key. */
    const forge = (header: object, claims: object) => {
      const input = `${text(header)}.${text(claims)}`
      const signature =
        jwk.kty === 'oct'
          ? createHmac('sha256', Buffer.from(jwk.k, 'base64url')).update(input).digest()
          : signWith(null, Buffer.from(input), createPrivateKey({ key: jwk as never, format: 'jwk' }))
      return `${input}.${signature.toString('base64url')}`
    }
    const header = { alg: algorithm, kid: 'first' }

    it('grants what the token says', async () => {
      const member = 'a'.repeat(40)
      const admitted = await admit(await mint({ member }))
      ok(admitted.ok)
      const { token, ...grant } = admitted.value
      deepEqual(grant, { stream: 'news', holder: origin, member })
      ok(token?.startsWith('first/'))
    })

    it('refuses a connection without a token', async () => equal(await codeOf(undefined), 'token-missing'))

    it('refuses a stolen token at a page of another origin, and at no page', async () => {
      const token = await mint()
      for (const from of [
        'https://thief.example',
        'http://page.example',
        'https://page.example:444',
        'null',
        '',
      ]) {
        equal(await codeOf(token, from), 'token-mismatch', from)
      }
      equal(await codeOf(token), 'admitted', 'the thief has not used it up')
    })

    it('refuses a replayed token, also when its signature is written differently', async () => {
      const token = await mint({ uses: 2 })
      deepEqual(
        [await codeOf(token), await codeOf(token), await codeOf(token)],
        ['admitted', 'admitted', 'token-used'],
      )
      // The last letter holds bits that mean nothing: other letters may spell the same signature.
      for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
        const code = await codeOf(token.slice(0, -1) + letter)
        ok(code === 'token-used' || code === 'token-invalid', code)
      }
    })

    it('counts uses that come at the same moment', async () => {
      const token = await mint()
      const codes = await Promise.all([1, 2, 3, 4, 5].map(() => codeOf(token)))
      equal(codes.filter((code) => code === 'admitted').length, 1)
    })

    it('refuses an expired token, and one that was made to live too long', async () => {
      const token = await mint()
      now = start + 124_000
      equal(await codeOf(token), 'admitted')
      now = start + 126_000
      equal(await codeOf(await mint({ lifetimeSeconds: -6 })), 'token-expired')
      equal(await codeOf(token), 'token-expired')
      equal(await codeOf(await mint({ lifetimeSeconds: 90_000 })), 'token-invalid')
    })

    it('refuses foreign keys, under any name', async () => {
      for (const kid of ['first', 'second']) {
        equal(await codeOf(await mint({}, (await makeKey(algorithm, kid)) as TokenJwk)), 'token-invalid')
      }
    })

    it("takes the algorithm from its key and never from the token's header", async () => {
      const claims = text(goodClaims)
      for (const alg of ['none', 'None', 'HS512', 'ES256', 'RS256', 'Ed448', '']) {
        equal(await codeOf(`${text({ alg, kid: 'first' })}.${claims}.`), 'token-invalid', alg)
        equal(await codeOf(forge({ alg, kid: 'first' }, goodClaims)), 'token-invalid', alg)
      }
      // The public half of an EdDSA key, taken for a secret.
      const secrets =
        jwk.kty === 'oct' ? ['', 'first'] : [jwk.x, Buffer.from(jwk.x, 'base64url'), JSON.stringify(jwk)]
      for (const secret of secrets) {
        const input = `${text({ alg: 'HS256', kid: 'first' })}.${claims}`
        const signature = createHmac('sha256', secret).update(input).digest('base64url')
        equal(await codeOf(`${input}.${signature}`), 'token-invalid')
      }
      // Signed with the right secret by an algorithm that it is not for.
      const other = `${text({ alg: 'HS512', kid: 'first' })}.${claims}`
      const secret = Buffer.from(jwk.kty === 'oct' ? jwk.k : jwk.x, 'base64url')
      const signature = createHmac('sha512', secret).update(other).digest('base64url')
      equal(await codeOf(`${other}.${signature}`), 'token-invalid')
      equal(await codeOf(forge(header, goodClaims)), 'admitted', 'the forger would know how')
    })

    it('refuses tokens of which anything was changed', async () => {
      const token = await mint()
      const [head = '', , signature = ''] = token.split('.')
      equal(await codeOf(`${head}.${text({ ...goodClaims, stream: 'films' })}.${signature}`), 'token-invalid')
      for (let at = 0; at < token.length - 1; at += 7) {
        const other = token[at] === 'A' ? 'B' : 'A'
        const code = await codeOf(token.slice(0, at) + other + token.slice(at + 1))
        equal(code, 'token-invalid', `character ${at}`)
      }
      for (const garbage of [
        '',
        '.',
        '..',
        'x',
        'a.b.c',
        `${token}.`,
        token.slice(0, -4),
        'x'.repeat(3000),
        'ü',
      ])
        equal(await codeOf(garbage), 'token-invalid', garbage)
    })

    it('refuses a token with a claim missing or wrong, and says which', async () => {
      for (const name of ['stream', 'origin', 'exp', 'jti'] as const) {
        const { [name]: _left, ...claims } = goodClaims
        const admitted = await admit(forge(header, claims))
        ok(!admitted.ok && admitted.code === 'token-invalid' && admitted.detail.includes(`"${name}"`), name)
      }
      for (const change of [
        { uses: 0 },
        { uses: 1.5 },
        { uses: 1e9 },
        { member: 'me' },
        { jti: '' },
        { stream: 7 },
      ]) {
        equal(
          await codeOf(forge(header, { ...goodClaims, ...change })),
          'token-invalid',
          JSON.stringify(change),
        )
      }
      equal(await codeOf(forge({ ...header, crit: ['x'], x: 1 }, goodClaims)), 'token-invalid')
    })

    it('counts a region where the tracker has the same', async () => {
      const token = await mint({ region: 'eu' })
      equal(await codeOf(token), 'token-mismatch')
      region = 'us'
      equal(await codeOf(token), 'token-mismatch')
      region = 'eu'
      equal(await codeOf(token), 'admitted')
    })

    it('changes keys without a gap', async () => {
      const second = (await makeKey(algorithm, 'second')) as TokenJwk
      keys = [...keys, await verificationKey(second)]
      equal(await codeOf(await mint()), 'admitted')
      equal(await codeOf(await mint({}, second)), 'admitted')
      keys = keys.slice(1)
      equal(await codeOf(await mint()), 'token-invalid')
      equal(await codeOf(await mint({}, second)), 'admitted')
    })

    it('remembers a bounded number of tokens, until they expire, and admits no more meanwhile', async () => {
      const tokens = await Promise.all([1, 2, 3, 4].map(() => mint()))
      const codes = []
      for (const token of tokens) codes.push(await codeOf(token))
      deepEqual(codes, ['admitted', 'admitted', 'admitted', 'token-used'])
      equal(used.size, 3)
      pass(126_000)
      equal(await codeOf(await mint()), 'admitted')
      equal(used.size, 1)
    })

    it('keeps what was used up so when the wall clock jumps ahead and is set back', async () => {
      const token = await mint()
      equal(await codeOf(token), 'admitted')
      const hours = 5 * 3_600_000
      now += hours
      steadyMs += 11_000
      equal(await codeOf(token), 'token-expired')
      equal(await codeOf(await mint()), 'admitted', 'the clock of the maker is as wrong')
      now -= hours
      equal(await codeOf(token), 'token-used')
      now -= hours
      equal(await codeOf(token), 'token-used')
    })

    it('goes on forgetting the expired after the wall clock has jumped ahead and back', async () => {
      now += 5 * 3_600_000
      equal(await codeOf(await mint()), 'admitted')
      now = start + 1000
      equal(await codeOf(await mint()), 'admitted')
      equal(used.size, 2)
      pass(126_000)
      equal(await codeOf(await mint()), 'admitted')
      equal(used.size, 2, 'the one of the wrong hour remains until that hour')
    })
  })
}

describe('admission by origin', () => {
  it('lets in pages of the list, exactly', async () => {
    const admission = originAdmission(['https://a.example'], openAdmission, false)
    const codeOf = async (from: string | undefined) => {
      const admitted = await admission.admit({ origin: from, token: undefined })
      return admitted.ok ? 'admitted' : admitted.code
    }
    equal(await codeOf('https://a.example'), 'admitted')
    for (const from of [
      'https://a.example.evil',
      'http://a.example',
      'https://b.a.example',
      'null',
      '',
      undefined,
    ]) {
      equal(await codeOf(from), 'origin-refused')
    }
    const withTokens = originAdmission(['https://a.example'], openAdmission, true)
    ok((await withTokens.admit({ origin: undefined, token: 't' })).ok)
    ok(!(await withTokens.admit({ origin: 'null', token: 't' })).ok)
  })
})

describe('files of keys', () => {
  it('are refused in words that quote nothing of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prismesh-'))
    const path = join(folder, 'keys.json')
    try {
      const short = Buffer.alloc(31, 1).toString('base64url')
      const key = await makeKey('HS256', 'a')
      const cases: readonly (readonly [unknown, RegExp])[] = [
        ['{', /is not JSON/],
        [{}, /must hold a JWK/],
        [{ keys: [] }, /must hold a JWK/],
        [{ kty: 'oct', k: short }, /at least 32 bytes/],
        [{ ...key, alg: 'HS512' }, /must hold a JWK/],
        [{ kty: 'OKP', crv: 'X25519', x: 'AA' }, /must hold a JWK/],
        [{ kty: 'OKP', crv: 'Ed25519', x: 'AA' }, /cannot be used/],
        [{ keys: [key, key] }, /a kid of its own/],
      ]
      for (const [content, message] of cases) {
        writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
        await rejects(readTokenKeys(path), { code: 'invalid-options', message })
      }
      await rejects(readTokenKeys(join(folder, 'none')), { message: /cannot be read/ })
      writeFileSync(path, JSON.stringify({ keys: [key, await makeKey('EdDSA', 'b')] }))
      deepEqual(
        (await readTokenKeys(path)).map(({ kid, algorithms }) => [kid, algorithms[0]]),
        [
          ['a', 'HS256'],
          ['b', 'EdDSA'],
        ],
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamId } from '../../protocol/ids.js'
import { offeredSubprotocols } from '../../protocol/join-token.js'
import { runCommand } from '../../tracker/src/commands/run-command.js'
import { startTracker, type RunningTracker } from '../../tracker/src/index.js'
import { TrackerClient } from '../integration/tracker-client.js'
import { joinRequest, memberId } from '../unit/tracker/core-harness.js'
import { tell } from './attack-report.js'

const origin = 'https://page.example'
const stream = 'news' as StreamId

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('attack: tokens that are stolen, foreign, expired, replayed, over-used, tampered with or unsigned', () => {
  let folder: string
  let keys: string
  let tracker: RunningTracker

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prismesh-attack-'))
    keys = join(folder, 'keys.json')
    writeFileSync(keys, (await runCommand(['key', '--alg', 'HS256', '--kid', 'a'])) ?? '')
    tracker = await startTracker({ host: '127.0.0.1', port: 0, quiet: true, tokenKeys: keys })
  })
  after(async () => {
    await tracker.close()
    rmSync(folder, { recursive: true })
  })

  async function mint(...flags: string[]): Promise<string> {
    const command = ['token', '--key', keys, '--stream', stream, '--origin', origin, ...flags]
    return ((await runCommand(command)) ?? '').trim()
  }

  /** `joined`, or the code that came instead. */
  async function outcome(token: string | undefined, from = origin, wish: object = {}): Promise<string> {
    const offered = token === undefined ? [] : offeredSubprotocols(token)
    const client = await TrackerClient.connect(tracker.url, from === '' ? {} : { origin: from }, offered)
    try {
      client.say(joinRequest(1, { stream, ...wish }))
      return await Promise.race([
        client.next('joined').then(() => 'joined'),
        client.next('error').then(async ({ code }) => `${code} ${await client.closed}`),
      ])
    } finally {
      client.socket.terminate()
    }
  }

  /** Signed with the tracker's own key, whatever it says. */
  function forged(header: object, claims: object): string {
    const { keys: set, ...single } = JSON.parse(readFileSync(keys, 'utf8')) as {
      keys?: { k: string }[]
      k?: string
    }
    const key = Buffer.from(set?.[0]?.k ?? single.k ?? '', 'base64url')
    const input = `${encoded(header)}.${encoded(claims)}`
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
  }

  it('are all refused, each with a code', async () => {
    const foreign = join(folder, 'foreign.json')
    writeFileSync(foreign, (await runCommand(['key', '--alg', 'HS256', '--kid', 'a'])) ?? '')
    const good = await mint()
    const [head = '', claims = '', signature = ''] = good.split('.')
    const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
    const header = { alg: 'HS256', kid: 'a' }
    const longer = encoded({ ...read, exp: Number(read['exp']) + 86_400 })
    const once = await mint()
    assert.equal(await outcome(once), 'joined', 'a good token must be good, or nothing below means anything')
    const thrice = await mint('--uses', '3')
    for (let use = 0; use < 3; use += 1) assert.equal(await outcome(thrice), 'joined')

    const variants: Readonly<Record<string, () => Promise<string>>> = {
      none: () => outcome(undefined),
      'stolen by a page of another origin': () => outcome(good, 'https://thief.example'),
      'stolen by a program without an origin': () => outcome(good, ''),
      'stolen, of the same host at another port': () => outcome(good, `${origin}:8443`),
      'stolen, from a sandboxed page': () => outcome(good, 'null'),
      replayed: () => outcome(once),
      'used a fourth time of three': () => outcome(thrice),
      expired: () => outcome(forged(header, { ...read, jti: 'e', exp: 1_700_000_000 })),
      'without an end': () => outcome(forged(header, { ...read, jti: 'n', exp: undefined })),
      'for another stream': () => mint().then((token) => outcome(token, origin, { stream: 'films' })),
      'for another member': () => mint('--member', memberId(9)).then((token) => outcome(token)),
      'for another region': () => mint('--region', 'eu').then((token) => outcome(token)),
      'of a foreign key with the same name': () => mint('--key', foreign).then((token) => outcome(token)),
      'with a longer life written into it': () => outcome(`${head}.${longer}.${signature}`),
      'with its signature cut': () => outcome(`${head}.${claims}.${signature.slice(0, -4)}`),
      'without a signature': () => outcome(`${head}.${claims}.`),
      'alg=none': () => outcome(`${encoded({ alg: 'none', kid: 'a' })}.${claims}.`),
      'alg=nOnE': () => outcome(`${encoded({ alg: 'nOnE', kid: 'a' })}.${claims}.`),
      'alg=EdDSA with a key for HS256': () =>
        outcome(forged({ alg: 'EdDSA', kid: 'a' }, { ...read, jti: 'x' })),
      'alg=HS512': () => outcome(forged({ alg: 'HS512', kid: 'a' }, { ...read, jti: 'y' })),
      'with a critical extension': () =>
        outcome(forged({ ...header, crit: ['b64'], b64: false }, { ...read, jti: 'z' })),
      'no JWT': () => outcome('nonsense'),
      'three empty parts': () => outcome('..'),
    }
    const before = tracker.stats().counts.joins
    const seen = new Map<string, number>()
    for (const [what, attempt] of Object.entries(variants)) {
      const result = await attempt()
      assert.match(result, /^token-(?:missing|invalid|expired|used|mismatch) 1008$/, what)
      seen.set(result, (seen.get(result) ?? 0) + 1)
    }
    assert.equal(tracker.stats().counts.joins, before)
    tell(
      `${Object.keys(variants).length} wrong tokens: ${Object.keys(variants).join('; ')}`,
      `0 accepted; ${[...seen].map(([code, count]) => `${code} x ${count}`).join(', ')}`,
    )
    assert.equal(await outcome(good), 'joined', 'a refused attempt does not use up its owner’s token')
  })
})

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebSocket } from 'ws'
import type { StreamId } from '../../protocol/ids.js'
import { startTracker, type RunningTracker, type TrackerOptions } from '../../tracker/src/index.js'
import type { OverviewDocument } from '../../tracker/src/server/operator/overview-document.js'
import { TrackerClient } from './tracker-client.js'

const token = 'correct-horse-battery-staple-0123'
const stream = 'cdn.example/live ü/master.m3u8' as StreamId

interface Asked {
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}

describe('what is the operator’s', () => {
  let folder: string
  let tokenFile: string
  const running: RunningTracker[] = []
  const sockets: WebSocket[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prismesh-operator-'))
    tokenFile = join(folder, 'token')
  })
  beforeEach(() => writeFile(tokenFile, `${token}\n`))
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate()
    await Promise.all(running.splice(0).map((tracker) => tracker.close()))
  })
  after(() => rm(folder, { recursive: true }))

  async function start(options: Partial<TrackerOptions> = {}): Promise<RunningTracker> {
    const tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true, ...options })
    running.push(tracker)
    return tracker
  }

  const startWithToken = (options: Partial<TrackerOptions> = {}) =>
    start({ operatorTokenFile: tokenFile, ...options })

  async function watch(tracker: RunningTracker, number: number) {
    const joined = await TrackerClient.join(tracker.url, number, { stream })
    sockets.push(joined.client.socket)
    return joined
  }

  function ask(tracker: RunningTracker, path: string, init: Asked = {}, given = token) {
    const headers = { Authorization: `Bearer ${given}`, ...init.headers }
    return fetch(`http://127.0.0.1:${tracker.port}${path}`, { ...init, headers })
  }

  const policyPath = `/operator/policies/${encodeURIComponent(stream)}`
  const decide = (tracker: RunningTracker, policy: unknown) =>
    ask(tracker, policyPath, { method: 'PUT', body: JSON.stringify(policy) })

  it('needs the token, in the header, exactly', async () => {
    const tracker = await startWithToken()
    const wrong = ['', 'x', token.slice(0, -1), `${token}x`, token.toUpperCase()]
    for (const path of ['/operator/overview', policyPath, '/metrics', '/operator/nothing']) {
      for (const given of wrong) {
        const response = await ask(tracker, path, { method: path === policyPath ? 'PUT' : 'GET' }, given)
        assert.equal(response.status, 401, `${path} with "${given}"`)
        assert.deepEqual(await response.json(), { error: 'operator-token-wrong' })
      }
    }
    assert.equal((await ask(tracker, `/operator/overview?token=${token}`, {}, 'x')).status, 401)
    assert.equal((await ask(tracker, '/operator/overview')).status, 200)
    const metrics = await (await ask(tracker, '/metrics')).text()
    assert.ok(
      metrics.includes(`prismesh_refused_total{code="operator-token-wrong"} ${4 * wrong.length + 1}\n`),
    )
  })

  it('is out of the reach of pages of other origins', async () => {
    const tracker = await startWithToken()
    const headers = {
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization',
    }
    const preflight = await ask(tracker, policyPath, { method: 'OPTIONS', headers }, 'x')
    const answer = await ask(tracker, '/operator/overview', { headers: { Origin: 'https://evil.example' } })
    for (const { headers: given } of [preflight, answer])
      assert.equal(given.get('access-control-allow-origin'), null)
    assert.equal(preflight.ok, false)
  })

  it('is not there without a token, but for metrics on this machine', async () => {
    const tracker = await start()
    for (const path of ['/console', '/console/', '/console/console.mjs', '/operator/overview'])
      assert.equal((await ask(tracker, path)).status, 404, path)
    assert.equal((await ask(tracker, '/metrics')).status, 200)
    for (const header of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP']) {
      const response = await ask(tracker, '/metrics', { headers: { [header]: '127.0.0.1' } })
      assert.equal(response.status, 403, header)
    }
    assert.equal(await statusWithHost(tracker, 'evil.example'), 403)
    assert.equal(await statusWithHost(tracker, 'localhost:1'), 200)
  })

  it('switches a stream off for those who watch, and for those who come', async () => {
    const tracker = await startWithToken()
    const { client } = await watch(tracker, 1)
    const response = await decide(tracker, { p2p: 'off' })
    assert.deepEqual(await response.json(), { stream, policy: { p2p: 'off' } })
    assert.deepEqual(await client.next('policy'), { kind: 'policy', policy: { p2p: 'off' } })
    const later = await watch(tracker, 2)
    assert.deepEqual([later.joined.policy, later.joined.introductions], [{ p2p: 'off' }, []])
    const overview = (await (await ask(tracker, '/operator/overview')).json()) as OverviewDocument
    assert.deepEqual(overview.policies, [{ stream, policy: { p2p: 'off' } }])
    assert.deepEqual(overview.streams[0]?.policy, { p2p: 'off' })
    assert.equal((await ask(tracker, policyPath, { method: 'DELETE' })).status, 200)
    assert.deepEqual(await client.next('policy'), { kind: 'policy', policy: { p2p: 'on' } })
  })

  it('says what is wrong with a policy, and does nothing then', async () => {
    const tracker = await startWithToken()
    const bad = [
      [{ p2p: 'maybe' }, 'p2p: must be on, drain or off'],
      [{}, 'p2p'],
      [{ p2p: 'on', uploadBytesPerSecondMax: -1 }, 'uploadBytesPerSecondMax: must not be below 0'],
      [{ p2p: 'on', uploadBytesPerSecondMax: 1.5 }, 'uploadBytesPerSecondMax: must be a whole number'],
      [{ p2p: 'on', upload: 5 }, 'upload'],
      ['x'.repeat(5000), 'the body has at most 4096 bytes'],
    ] as const
    for (const [policy, detail] of bad) {
      const response = await decide(tracker, policy)
      assert.equal(response.status, 400)
      const answer = (await response.json()) as { error: string; detail: string }
      assert.equal(answer.error, 'policy-invalid')
      assert.ok(answer.detail.startsWith(detail), answer.detail)
    }
    assert.equal((await ask(tracker, policyPath, { method: 'PUT', body: '{' })).status, 400)
    for (const name of ['', '%', 'x'.repeat(257), '%E0%A4%A']) {
      const path = `/operator/policies/${name}`
      const response = await ask(tracker, path, { method: 'PUT', body: '{"p2p":"off"}' })
      assert.equal(response.status, 400, name)
    }
    assert.equal((await ask(tracker, policyPath)).status, 405)
    const overview = (await (await ask(tracker, '/operator/overview')).json()) as OverviewDocument
    assert.deepEqual(overview.policies, [])
  })

  it('bans a member or a token, lists whom it bans, and lifts it', async () => {
    const tracker = await startWithToken()
    const { client, joined } = await watch(tracker, 1)
    const { member } = joined
    const path = `/operator/bans/member/${member}`
    const put = (where: string, body: string) => ask(tracker, where, { method: 'PUT', body })
    const banned = await put(path, '{"seconds":600}')
    assert.deepEqual([banned.status, await banned.json()], [200, { member, seconds: 600 }])
    assert.equal((await client.next('error')).code, 'banned')
    assert.equal(
      (await put(`/operator/bans/token/${encodeURIComponent('key/token ü')}`, '{"seconds":60}')).status,
      200,
    )
    const list = async () => (await ask(tracker, '/operator/bans')).json()
    assert.deepEqual(await list(), {
      bans: [
        { member, secondsLeft: 600 },
        { token: 'key/token ü', secondsLeft: 60 },
      ],
      total: 2,
    })
    const lifted = await ask(tracker, path, { method: 'DELETE' })
    assert.deepEqual(await lifted.json(), { member, seconds: 0 })
    await watch(tracker, 1)
    assert.deepEqual(((await list()) as { total: number }).total, 1)
  })

  it('says what is wrong with a ban, and does nothing then', async () => {
    const tracker = await startWithToken()
    const member = `/operator/bans/member/${'a'.repeat(40)}`
    const cases = [
      ['PUT', member, '{"seconds":-1}', 400],
      ['PUT', member, '{"seconds":1e300}', 400],
      ['PUT', member, '{"seconds":"1"}', 400],
      ['PUT', member, '{}', 400],
      ['PUT', member, 'no JSON', 400],
      ['PUT', member, `{"seconds":1${' '.repeat(5000)}}`, 400],
      ['PUT', '/operator/bans/member/short', '{"seconds":1}', 400],
      ['PUT', '/operator/bans/address/192.0.2.1', '{"seconds":1}', 404],
      ['PUT', `${member}/more`, '{"seconds":1}', 404],
      ['PUT', '/operator/bans/member/%E0%A4%A', '{"seconds":1}', 404],
      ['POST', member, '{"seconds":1}', 405],
      ['DELETE', '/operator/bans', undefined, 405],
    ] as const
    for (const [method, path, body, status] of cases) {
      const response = await ask(tracker, path, body === undefined ? { method } : { method, body })
      assert.equal(response.status, status, `${method} ${path} ${body?.slice(0, 20)}`)
    }
    assert.equal((await ask(tracker, member, { method: 'PUT', body: '{"seconds":1}' }, 'x')).status, 401)
    assert.deepEqual(await (await ask(tracker, '/operator/bans')).json(), { bans: [], total: 0 })
  })

  it('keeps policies over a restart in its file', async () => {
    const policyFile = join(folder, 'policies.json')
    const first = await startWithToken({ policyFile })
    assert.equal((await decide(first, { p2p: 'drain', uploadBytesPerSecondMax: 5 })).status, 200)
    await first.close()
    const second = await startWithToken({ policyFile })
    const { joined } = await watch(second, 1)
    assert.deepEqual(joined.policy, { p2p: 'drain', uploadBytesPerSecondMax: 5 })
    assert.equal((await ask(second, policyPath, { method: 'DELETE' })).status, 200)
    await second.close()
    assert.equal((await readFile(policyFile, 'utf8')).trim(), '{}')
  })

  it('goes on when the file of policies cannot be written', async () => {
    const tracker = await startWithToken({ policyFile: join(folder, 'no-such-folder', 'policies.json') })
    const { client } = await watch(tracker, 1)
    assert.equal((await decide(tracker, { p2p: 'off' })).status, 200)
    assert.deepEqual((await client.next('policy')).policy, { p2p: 'off' })
  })

  it('goes on when the disk of the file of policies is full, and keeps what was in it', async function () {
    if (!existsSync('/dev/full')) return this.skip()
    const policyFile = join(folder, 'policies-on-full-disk.json')
    const kept = JSON.stringify({ [stream]: { p2p: 'drain' } })
    await writeFile(policyFile, kept)
    // Where the text is written before it takes the place of the old one.
    await symlink('/dev/full', `${policyFile}.new`)
    const tracker = await startWithToken({ policyFile })
    const { client } = await watch(tracker, 1)
    assert.equal((await decide(tracker, { p2p: 'off' })).status, 200)
    assert.deepEqual((await client.next('policy')).policy, { p2p: 'off' })
    await tracker.close()
    assert.equal(await readFile(policyFile, 'utf8'), kept)
  })

  it('does not start with a file that is wrong, and names the option', async () => {
    const wrong = join(folder, 'wrong')
    await writeFile(wrong, 'short')
    const missing = join(folder, 'missing')
    for (const [options, line] of [
      [
        { operatorTokenFile: wrong },
        'operatorTokenFile: must hold one text of 32 to 1024 characters without spaces',
      ],
      [{ operatorTokenFile: missing }, 'operatorTokenFile: cannot be read (ENOENT)'],
      [{ policyFile: wrong }, 'policyFile: must hold a JSON object of policies by stream'],
      [{ policyFile: folder }, 'policyFile: cannot be read (EISDIR)'],
    ] as const) {
      await assert.rejects(start(options), { code: 'invalid-options', problems: [line] })
    }
  })

  it('takes a new token when it is told to, and keeps the old one when the new is wrong', async () => {
    const tracker = await startWithToken()
    await writeFile(tokenFile, 'short')
    await assert.rejects(tracker.reload(), /operatorTokenFile/)
    assert.equal((await ask(tracker, '/operator/overview')).status, 200)
    await writeFile(tokenFile, 'another-token-of-thirty-two-chars')
    await tracker.reload()
    assert.equal((await ask(tracker, '/operator/overview')).status, 401)
    assert.equal((await ask(tracker, '/metrics', {}, 'another-token-of-thirty-two-chars')).status, 200)
  })

  it('serves the console with headers that let nothing in', async () => {
    const tracker = await startWithToken()
    const page = await ask(tracker, '/console', {}, 'x')
    assert.equal(new URL(page.url).pathname, '/console/')
    const csp = page.headers.get('content-security-policy') ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "form-action 'none'",
    ])
      assert.ok(csp.includes(rule), csp)
    assert.equal(/unsafe|https?:|\*/.test(csp), false, csp)
    const html = await page.text()
    assert.equal(/<script(?![^>]*src=)|<style|\son\w+=|style=/.test(html), false, 'nothing inline')
    for (const [, file] of html.matchAll(/(?:src|href)="([\w.]+)"/g))
      assert.equal((await ask(tracker, `/console/${file}`, {}, 'x')).status, 200, file)
    for (const path of ['/console/../index.html', '/console/%2e%2e/cli.mjs', '/console/nothing'])
      assert.equal((await ask(tracker, path, {}, 'x')).status, 404, path)
  })
})

/** As a browser asks that was led here by another host's name. */
function statusWithHost(tracker: RunningTracker, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { port: tracker.port, host: '127.0.0.1', path: '/metrics', headers: { host } }
    request(options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

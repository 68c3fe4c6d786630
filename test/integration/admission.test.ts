import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { WebSocket } from 'ws'
import { TrackerClient as SdkClient } from '../../client-sdk/src/transport/tracker-client.js'
import { systemClock } from '../../client-sdk/src/transport/system-clock.js'
import { webSocketConnector, type WebSocketClass } from '../../client-sdk/src/transport/web-socket.js'
import { offeredSubprotocols } from '../../protocol/join-token.js'
import { startTracker, type RunningTracker, type TrackerOptions } from '../../tracker/src/index.js'
import { runCommand } from '../../tracker/src/commands/run-command.js'
import { joinRequest, memberId } from '../unit/tracker/core-harness.js'
import { untilReal } from '../support/transport/until.js'
import { TrackerClient } from './tracker-client.js'

const origin = 'https://page.example'

describe('admission at the tracker', () => {
  let folder: string
  let keys: string
  const running: RunningTracker[] = []
  const sockets: WebSocket[] = []

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prismesh-'))
    keys = join(folder, 'keys.json')
    writeFileSync(keys, (await runCommand(['key', '--kid', 'a'])) ?? '')
  })
  after(() => rmSync(folder, { recursive: true }))
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate()
    await Promise.all(running.splice(0).map((tracker) => tracker.close()))
  })

  async function start(options: Partial<TrackerOptions> = {}): Promise<RunningTracker> {
    const tracker = await startTracker({ host: '127.0.0.1', port: 0, quiet: true, ...options })
    running.push(tracker)
    return tracker
  }

  async function mint(...flags: string[]): Promise<string> {
    const args = ['token', '--key', keys, '--stream', 'news', '--origin', origin, ...flags]
    return ((await runCommand(args)) ?? '').trim()
  }

  async function connect(url: string, token?: string, from: string | undefined = origin) {
    const protocols = token === undefined ? [] : offeredSubprotocols(token)
    const client = await TrackerClient.connect(url, from === '' ? {} : { origin: from }, protocols)
    sockets.push(client.socket)
    return client
  }

  /** What becomes of a connection that joins: `joined`, or the code and the close code. */
  async function outcome(url: string, number: number, token?: string, from?: string, stream = 'news') {
    const client = await connect(url, token, from)
    client.say(joinRequest(number, { stream: stream as never }))
    const joined = client.next('joined').then(() => 'joined')
    const refused = client.next('error').then(async ({ code }) => `${code} ${await client.closed}`)
    return Promise.race([joined, refused])
  }

  it('lets in who brings a token, once, and never says it back', async () => {
    const { url } = await start({ tokenKeys: keys })
    const token = await mint()
    const client = await connect(url, token)
    assert.equal(client.socket.protocol, 'prismesh.v1')
    client.say(joinRequest(1))
    assert.equal((await client.next('joined')).member, memberId(1))
    assert.equal(await outcome(url, 2, token), 'token-used 1008')
  })

  it('refuses every other token with a code, at the upgrade or at the join', async () => {
    const tracker = await start({ tokenKeys: keys })
    const { url } = tracker
    const foreign = join(folder, 'foreign.json')
    writeFileSync(foreign, (await runCommand(['key', '--kid', 'a'])) ?? '')
    const [head = '', claims = ''] = (await mint()).split('.')
    const none = Buffer.from('{"alg":"none","kid":"a"}').toString('base64url')
    assert.ok(head)
    const outcomes = [
      await outcome(url, 1),
      await outcome(url, 2, await mint(), 'https://thief.example'),
      await outcome(url, 3, await mint(), ''),
      await outcome(url, 4, await mint('--key', foreign)),
      await outcome(url, 5, `${none}.${claims}.`),
      await outcome(url, 6, 'nonsense'),
      await outcome(url, 7, await mint(), origin, 'films'),
      await outcome(url, 8, await mint('--member', memberId(9))),
      await outcome(url, 9, await mint('--region', 'eu')),
    ]
    assert.deepEqual(outcomes, [
      'token-missing 1008',
      'token-mismatch 1008',
      'token-mismatch 1008',
      'token-invalid 1008',
      'token-invalid 1008',
      'token-invalid 1008',
      'token-mismatch 1008',
      'token-mismatch 1008',
      'token-mismatch 1008',
    ])
    assert.equal(tracker.stats().totals.members, 0)
    assert.equal(await outcome(url, 9, await mint('--member', memberId(9), '--uses', '2')), 'joined')
  })

  it('refuses pages of other origins than those allowed, also where admission is open', async () => {
    const { url } = await start({ open: true, allowOrigin: [origin] })
    assert.equal(await outcome(url, 1), 'joined')
    assert.equal(await outcome(url, 2, undefined, 'https://thief.example'), 'origin-refused 1008')
    assert.equal(await outcome(url, 3, undefined, ''), 'origin-refused 1008')
  })

  it('turns floods away with a status, and others are let in', async () => {
    const tracker = await start({
      open: true,
      joinsPerMinutePerAddress: 3,
      trustedProxy: ['127.0.0.1'],
    })
    const statusFrom = (client: string) => upgradeStatus(tracker.url, { 'x-forwarded-for': client })
    const statuses = []
    for (let attempt = 0; attempt < 5; attempt += 1) statuses.push(await statusFrom('192.0.2.1'))
    assert.deepEqual(statuses, [101, 101, 101, 429, 429])
    assert.equal(await statusFrom('192.0.2.1, 198.51.100.1'), 101)
    assert.equal(await statusFrom('198.51.100.9, 192.0.2.1'), 429, 'what is forged in front does not count')
  })

  it('takes no word of who is not trusted', async () => {
    const tracker = await start({ open: true, joinsPerMinutePerAddress: 3 })
    const statuses = []
    for (let attempt = 0; attempt < 4; attempt += 1) {
      statuses.push(await upgradeStatus(tracker.url, { 'x-forwarded-for': `192.0.2.${attempt}` }))
    }
    assert.deepEqual(statuses, [101, 101, 101, 429])
  })

  it('reads keys again, and keeps the old ones when the file is wrong', async () => {
    const path = join(folder, 'changing.json')
    writeFileSync(path, (await runCommand(['key', '--kid', 'old'])) ?? '')
    const tracker = await start({ tokenKeys: path })
    const old = await mint('--key', path)
    writeFileSync(path, '{')
    await assert.rejects(tracker.reload(), { code: 'invalid-options' })
    assert.equal(await outcome(tracker.url, 1, old), 'joined')
    const late = keys
    writeFileSync(path, (await runCommand(['key', '--public', late])) ?? '')
    await tracker.reload()
    assert.equal(await outcome(tracker.url, 2, await mint('--key', late)), 'joined')
  })

  it('refuses options that contradict each other', async () => {
    const problemOf = (options: Partial<TrackerOptions>) =>
      start(options).then(
        () => '',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      )
    assert.match(await problemOf({}), /^tokenKeys: missing: make a key .*--open/)
    assert.match(await problemOf({ open: true, tokenKeys: keys }), /^open, tokenKeys: only one/)
    assert.match(await problemOf({ open: true, tlsCert: keys }), /^tlsCert, tlsKey: one needs the other/)
    assert.match(
      await problemOf({ open: true, tlsCert: keys, tlsKey: keys }),
      /^tlsCert, tlsKey: cannot be used/,
    )
  })

  it('gives the SDK what it needs to come back with a fresh token, and to know when to stop', async () => {
    const { url } = await start({ tokenKeys: keys })
    const used = await mint()
    assert.equal(await outcome(url, 1, used), 'joined')
    const heard: string[] = []
    const sdkClient = (token: () => Promise<string>) => {
      const listener = {
        stateChanged: (state: string) => heard.push(state),
        policyChanged: () => {},
        joined: () => {},
        rosterChanged: () => {},
        gone: () => {},
        introduced: () => {},
        digestsTold: () => undefined,
        edgeTold: () => undefined,
        signalled: () => {},
        tokenFailed: () => heard.push('token failed'),
        warned: (code: string) => heard.push(code),
      }
      const membership = { url, stream: 'news', member: memberId(7), role: 'viewer', uploads: true, token }
      class FromPage extends WebSocket {
        constructor(address: string, protocols?: string[]) {
          super(address, protocols, { origin })
        }
      }
      const parts = {
        sockets: webSocketConnector(FromPage as unknown as WebSocketClass),
        clock: systemClock,
        random: () => 0.01,
      }
      const client = new SdkClient(membership as never, listener, parts)
      client.open()
      return client
    }
    let calls = 0
    const client = sdkClient(async () => ((calls += 1) === 1 ? used : `${await mint()}\n`))
    await untilReal(() => heard.includes('joined'))
    assert.deepEqual(heard.splice(0), ['connecting', 'token-used', 'waiting', 'connecting', 'joined'])
    client.close()
    heard.length = 0
    const stubborn = sdkClient(() => Promise.resolve(used))
    await untilReal(() => heard.includes('refused'))
    assert.equal(heard.filter((entry) => entry === 'token-used').length, 3)
    stubborn.close()
  })

  it('listens with TLS, and takes a new certificate while it runs', async function () {
    const makeCertificate = async (name: string) => {
      const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
      const subject = ['-subj', `/CN=${name}`, '-days', '1', '-nodes', '-out', cert, '-keyout', key]
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
      await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...subject])
      return { cert, key }
    }
    const first = await makeCertificate('first').catch(() => this.skip())
    const tracker = await start({ open: true, tlsCert: first.cert, tlsKey: first.key })
    assert.match(tracker.url, /^wss:/)
    const client = await TrackerClient.connect(tracker.url, { rejectUnauthorized: false })
    sockets.push(client.socket)
    client.say(joinRequest(1))
    await client.next('joined')
    assert.equal(await certificateOf(tracker.port), 'first')
    const second = await makeCertificate('second')
    writeFileSync(first.cert, 'no certificate')
    await assert.rejects(tracker.reload(), { code: 'invalid-options' })
    assert.equal(await certificateOf(tracker.port), 'first')
    await promisify(execFile)('cp', [second.cert, first.cert])
    await promisify(execFile)('cp', [second.key, first.key])
    await tracker.reload()
    assert.equal(await certificateOf(tracker.port), 'second')
    assert.equal(client.socket.readyState, WebSocket.OPEN)
  })
})

/** The status that an upgrade is answered with; the connection ends at once. */
function upgradeStatus(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers })
    socket.on('error', () => undefined)
    socket.on('open', () => {
      resolve(101)
      socket.terminate()
    })
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode)
      request.destroy()
    })
  })
}

/** The name in the certificate of a server on loopback. */
function certificateOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/health', rejectUnauthorized: false, agent: false }, (response) => {
      const { socket } = response as unknown as {
        socket: { getPeerCertificate(): { subject: { CN: string } } }
      }
      resolve(socket.getPeerCertificate().subject.CN)
      response.resume()
    }).on('error', reject)
  })
}

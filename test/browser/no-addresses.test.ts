import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { WebSocket } from 'ws'
import { joinRequest } from '../unit/tracker/core-harness.js'
import { addressesIn } from '../support/address-search.js'
import { openAddressingGate, type AddressingGate } from '../support/browser/addressing-gate.js'
import { report, type ViewerWindow } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'
import { freePort } from '../support/fleet/free-port.js'
import { startChild, untilListening, type Child } from '../support/fleet/child.js'
import { repoRoot } from '../support/browser/repo-root.js'

const operatorToken = 'correct-horse-battery-staple-0123'
const events = ['stats', 'link-opened', 'link-closed', 'warning', 'segment', 'policy'] as const
const host = 'candidate:1 1 udp 2122260223 198.51.100.99 50000 typ host generation 0'

/** The page's mesh, of which every event is kept. */
interface EventWindow extends ViewerWindow {
  readonly heard: string[]
}

describe('addresses of viewers', function () {
  this.timeout(120_000)
  const setup = useRig()
  let folder: string
  let child: Child
  let gate: AddressingGate
  let http: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prismesh-addresses-'))
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, operatorToken)
    const port = await freePort()
    const args = [join(repoRoot, 'build/tracker/src/cli.js'), '--open', '--host', '127.0.0.1']
    args.push('--port', String(port), '--log-level', 'debug', '--webtorrent')
    args.push('--witness', `a-stream=${setup.rig.origin.streamUrl}`, '--witness-allow-private')
    args.push(
      '--trusted-proxy',
      '127.0.0.1',
      '--operator-token-file',
      tokenFile,
      '--report-interval-ms',
      '1000',
    )
    child = await startChild(process.execPath, args)
    await untilListening(port, child)
    http = `http://127.0.0.1:${port}`
    gate = await openAddressingGate(`ws://127.0.0.1:${port}`)
  })
  after(async () => {
    await gate?.close()
    await child?.kill()
    await rm(folder, { recursive: true, force: true })
  })

  /** A viewer with the whole log in its console, and every event kept. */
  async function openViewer(texts: string[]): Promise<Page> {
    const options = { streamId: 'a-stream', iceServers: [] }
    const page = await setup.rig.open({
      start: 'manual',
      tracker: gate.url,
      options,
      query: 'prismesh=debug',
    })
    page.on('console', (message) => {
      if (message.text().includes('[prismesh]')) texts.push(message.text())
    })
    await page.evaluate((names) => {
      const own = window as unknown as EventWindow
      const mesh = own.viewer.mesh as unknown as {
        on(name: string, listener: (event: unknown) => void): void
      }
      const heard: string[] = []
      Object.assign(window, { heard })
      for (const name of names) mesh.on(name, (event) => heard.push(`${name} ${JSON.stringify(event)}`))
      own.viewer.start()
    }, events)
    await untilPlays(page, 1)
    return page
  }

  it('are in no log, metric, statistic or event, of tracker and SDK', async () => {
    const consoles: string[] = []
    const pages = [await openViewer(consoles), await openViewer(consoles)]
    await Promise.all(pages.map((page) => untilLinked(page)))
    await Promise.any(pages.map((page) => untilTakes(page, 1)))
    await misbehave(gate.url)
    const [first, second] = pages
    await second?.evaluate(() => (window as unknown as ViewerWindow).viewer.mesh.setConsent(false))
    if (first) await untilPlays(first, 3)

    const told = new Map<string, string>()
    for (const path of ['/metrics', '/stats', '/operator/overview', '/healthz', '/nowhere']) {
      const answer = await fetch(`${http}${path}`, { headers: { Authorization: `Bearer ${operatorToken}` } })
      told.set(path, await answer.text())
    }
    for (const [index, page] of pages.entries()) {
      told.set(`report ${index}`, JSON.stringify(await report(page)))
      const heard = await page.evaluate(() => (window as unknown as EventWindow).heard)
      assert.ok(heard.length >= 3, `${heard.length} events`)
      told.set(`events ${index}`, heard.join('\n'))
      told.set(`explain ${index}`, JSON.stringify(await page.evaluate(explainAll)))
    }
    told.set('console', consoles.join('\n'))
    await child.kill('SIGTERM')
    told.set('log', child.output())

    assert.ok(gate.named.length >= 4, `${gate.named.length} addresses were named to the tracker`)
    assert.ok(child.output().split('\n').length >= 7, child.output())
    assert.ok(consoles.length >= 6, consoles.join('\n'))
    assert.match(told.get('/metrics') ?? '', /prismesh_links_made_total [1-9]/)
    for (const [where, text] of told) {
      assert.ok(text.length > 0, where)
      // The tracker says where it listens itself, and nothing else.
      const own = where === 'log' ? ['127.0.0.1'] : []
      assert.deepEqual(addressesIn(text, own), [], `${where}: ${text.slice(0, 2000)}`)
      for (const address of [...gate.named, '198.51.100.99']) assert.ok(!text.includes(address), where)
    }
  })

  it('would be found where they are looked for', () => {
    const texts = [
      '203.0.113.5',
      '"2001:db8:1::cafe"',
      host,
      'a=ice-ufrag:x',
      'o=- 1 2 IN IP4 0.0.0.0',
      '1f-2.local',
    ]
    for (const text of texts) assert.notDeepEqual(addressesIn(`{"address":"x ${text} y"}`), [], text)
    assert.deepEqual(addressesIn('0.1.0 2026-11-25T20:15:33.123Z 12:30:45 ws://tracker.example:8433/x'), [])
  })
})

function explainAll(): unknown {
  return (window as unknown as ViewerWindow).viewer.mesh.explain()
}

/** Clients that break rules in ways whose complaint could repeat what they said. */
async function misbehave(url: string): Promise<void> {
  const signal = { type: 'candidate', candidate: { candidate: host } }
  const texts = [
    'nonsense 198.51.100.99',
    JSON.stringify({ kind: 'signal', to: '198.51.100.99', signals: [signal] }),
    JSON.stringify({ ...joinRequest(77), rendition: '198.51.100.99 '.repeat(40) }),
    JSON.stringify({ ...joinRequest(78), stream: 5, address: '198.51.100.99' }),
  ]
  for (const text of texts) {
    const socket = new WebSocket(`${url}/`)
    socket.on('error', () => {})
    await new Promise<void>((resolve) => socket.once('open', () => resolve()))
    const answered = new Promise<void>((resolve) => {
      socket.once('message', () => resolve())
      socket.once('close', () => resolve())
    })
    socket.send(text)
    await answered
    socket.close()
  }
  const announcer = new WebSocket(`${url}/announce`)
  announcer.on('error', () => {})
  await new Promise<void>((resolve) => announcer.once('open', () => resolve()))
  const said = new Promise<void>((resolve) => announcer.once('message', () => resolve()))
  const offer = { offer: { type: 'offer', sdp: `a=${host}` }, offer_id: 'x'.repeat(20) }
  announcer.send(
    JSON.stringify({
      action: 'announce',
      info_hash: 'i'.repeat(20),
      peer_id: 'p'.repeat(20),
      offers: [offer],
      numwant: 1,
    }),
  )
  await said
  announcer.close()
}

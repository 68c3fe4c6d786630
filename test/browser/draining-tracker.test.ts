import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { witnessOf } from '../support/witness-of-origin.js'
import { repoRoot } from '../support/browser/repo-root.js'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, patienceMs, untilPlays, untilTakes } from '../support/browser/viewers.js'

describe('a tracker that is told to stop', function () {
  this.timeout(150_000)
  const setup = useRig()
  const children: ChildProcess[] = []
  let entrance: Entrance | undefined
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await entrance?.close()
  })

  async function startProcess(port = 0) {
    const script = join(repoRoot, 'build/tracker/src/cli.js')
    const { witness = [] } = witnessOf(setup.rig.origin.streamUrl)
    const rules = witness.flatMap((rule) => ['--witness', rule])
    const args = [script, '--open', '--port', String(port), ...rules, '--witness-allow-private']
    const env = { ...process.env, PRISMESH_TRACKER_SECRET: 'the same at both trackers' }
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
    children.push(child)
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { url } = JSON.parse(line.toString().split('\n', 1)[0] ?? '') as { url: string }
    return { child, url, port: Number(new URL(url).port) }
  }

  /** Stops a tracker as an operator's system does, while somebody watches the links. */
  async function drain(child: ChildProcess, pages: readonly Page[]): Promise<void> {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
    for (const page of pages)
      assert.equal((await report(page)).mesh?.links, 1, 'a link was lost with the tracker')
  }

  async function untilJoinedAgain(pages: readonly Page[], url: string): Promise<void> {
    const members = async () => {
      const response = await fetch(`${url.replace('ws', 'http')}/stats`).catch(() => undefined)
      const stats = (await response?.json()) as { totals: { members: number } } | undefined
      return stats?.totals.members ?? 0
    }
    await Promise.all(
      pages.map((page) =>
        until(page, ({ mesh }) => mesh?.reasons.join() === 'sharing', 'joined again', patienceMs),
      ),
    )
    assert.equal(await members(), pages.length)
  }

  async function assertUnharmed(pages: readonly Page[], stallsBefore: readonly number[]): Promise<void> {
    await Promise.all(pages.map((page) => untilPlays(page, 3)))
    const after = await Promise.all(pages.map((page) => report(page)))
    assert.deepEqual(
      after.map(({ mesh, stalls }) => [mesh?.links, stalls]),
      stallsBefore.map((stalls) => [1, stalls]),
    )
  }

  const stallsOf = (pages: readonly Page[]) =>
    Promise.all(pages.map(async (page) => (await report(page)).stalls))

  it('sends two who share to the other tracker behind the same address, and they go on', async () => {
    const first = await startProcess()
    const second = await startProcess()
    entrance = await Entrance.open(first.port)
    const pages = await openPair(setup.rig, { tracker: entrance.url })
    const stalls = await stallsOf(pages)
    // What a load balancer does when /health says 503.
    entrance.leadTo(second.port)
    await drain(first.child, pages)
    await Promise.race(pages.map((page) => untilTakes(page, 1)))
    await untilJoinedAgain(pages, second.url)
    await assertUnharmed(pages, stalls)
  })

  it('has them back when it is started again, and nothing was lost meanwhile', async () => {
    const tracker = await startProcess()
    const pages = await openPair(setup.rig, { tracker: tracker.url })
    const stalls = await stallsOf(pages)
    await drain(tracker.child, pages)
    // Without a tracker nobody tells the digests of new segments: they come from the CDN.
    await Promise.all(pages.map((page) => untilPlays(page, 3)))
    const again = await startProcess(tracker.port)
    await untilJoinedAgain(pages, again.url)
    await Promise.race(pages.map((page) => untilTakes(page, 1)))
    await assertUnharmed(pages, stalls)
  })
})

/** One address before several trackers, as a load balancer is. */
class Entrance {
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    private port: number,
  ) {
    server.on('connection', (outside) => {
      const inside = connect(this.port, '127.0.0.1')
      for (const socket of [outside, inside]) {
        this.sockets.add(socket)
        socket.on('close', () => this.sockets.delete(socket))
      }
      outside.on('error', () => inside.destroy()).on('close', () => inside.destroy())
      inside.on('error', () => outside.destroy()).on('close', () => outside.destroy())
      outside.pipe(inside).pipe(outside)
    })
  }

  static async open(port: number): Promise<Entrance> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Entrance(server, port)
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Where new connections go from now on. */
  leadTo(port: number): void {
    this.port = port
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close')
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
    await closed
  }
}

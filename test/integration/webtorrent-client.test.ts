import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { startTracker, type RunningTracker } from '../../tracker/src/index.js'
import { installPeer, peerClient } from '../bench/swarm/peer-package.js'
import { failureReasons } from '../../tracker/src/webtorrent/replies.js'

/** What bittorrent-tracker's client tells of. */
interface Happening {
  readonly event: string
  readonly [field: string]: unknown
}

const infoHash = 'c3'.repeat(20)

/** bittorrent-tracker 11.2.3's client in a process of its own. */
class PublishedClient {
  readonly happened: Happening[] = []
  private wake: (() => void) | undefined
  private readonly child: ChildProcess

  constructor(
    url: string,
    private readonly peerId: string,
  ) {
    this.child = spawn(process.execPath, [peerClient, url, infoHash, peerId], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (!this.child.stdout) throw new Error('a pipe was asked for')
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.happened.push(JSON.parse(line) as Happening)
      this.wake?.()
    })
  }

  say(word: 'scrape' | 'complete' | 'update' | 'stop'): void {
    this.child.stdin?.write(`${word}\n`)
  }

  /** The first happening of this kind that was not taken yet, now or when it comes. */
  async next(event: string): Promise<Happening> {
    for (;;) {
      const at = this.happened.findIndex((happening) => happening.event === event)
      const [found] = at === -1 ? [] : this.happened.splice(at, 1)
      if (found) return found
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  get hex(): string {
    return this.peerId
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }
}

describe("bittorrent-tracker's client", function () {
  // It is installed first, where it is not yet; and each client gathers candidates for five offers.
  this.timeout(180_000)
  let tracker: RunningTracker
  const clients: PublishedClient[] = []

  before(() => installPeer())

  beforeEach(async () => {
    tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true, webtorrent: true })
  })

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()))
    await tracker.close()
  })

  /** Bytes above 0x7f are what most ids have. */
  function open(number: number): PublishedClient {
    const client = new PublishedClient(`${tracker.url}/announce`, `${'e9'.repeat(19)}0${number}`)
    clients.push(client)
    return client
  }

  it('finds others through this tracker, and links to them', async () => {
    const one = open(1)
    const { complete, incomplete, interval } = await one.next('update')
    assert.deepEqual({ complete, incomplete, interval }, { complete: 0, incomplete: 1, interval: 120 })
    const two = open(2)
    for (const [client, other] of [
      [one, two],
      [two, one],
    ] as const) {
      assert.equal((await client.next('connect'))['peer'], other.hex)
      assert.equal((await client.next('data'))['text'], `from ${other.hex}`)
    }
    const { peers, offersRelayed, answersRelayed, failures } = tracker.stats().webtorrent ?? {}
    assert.equal(peers, 2)
    assert.ok((offersRelayed ?? 0) >= 1 && (answersRelayed ?? 0) >= 1)
    assert.equal(failures, 0)
    for (const client of [one, two]) {
      assert.deepEqual(
        client.happened.filter(({ event }) => event === 'warning' || event === 'error'),
        [],
      )
    }
  })

  it('completes, scrapes, updates and stops', async () => {
    const client = open(1)
    await client.next('update')
    client.say('complete')
    const completed = await client.next('update')
    assert.deepEqual([completed['complete'], completed['incomplete']], [1, 0])
    client.say('scrape')
    assert.deepEqual(await client.next('scrape'), {
      event: 'scrape',
      complete: 1,
      incomplete: 0,
      downloaded: 1,
    })
    client.say('update')
    await client.next('update')
    client.say('stop')
    const stopped = await client.next('update')
    assert.deepEqual([stopped['complete'], stopped['incomplete']], [0, 0])
    assert.equal(tracker.stats().webtorrent?.peers, 0)
  })

  it('is told that its id is in use, and stays connected until it is free', async () => {
    const owner = open(1)
    await owner.next('update')
    const double = open(1)
    assert.equal((await double.next('warning'))['message'], failureReasons['peer-id-in-use'])
    owner.say('stop')
    await owner.next('update')
    double.say('update')
    assert.equal((await double.next('update'))['incomplete'], 1)
  })
})

import assert from 'node:assert/strict'
import { startTracker, type RunningTracker } from '../../tracker/src/index.js'
import { memberId } from '../unit/tracker/core-harness.js'
import { TrackerClient } from './tracker-client.js'

describe('a tracker with more to do than it can', () => {
  let tracker: RunningTracker
  let busy: NodeJS.Timeout | undefined
  afterEach(async () => {
    clearInterval(busy)
    await tracker.close()
  })

  /** The tracker lives in this process: what keeps the one busy keeps the other. */
  function keepBusy(): void {
    busy = setInterval(() => {
      const until = performance.now() + 100
      while (performance.now() < until);
    }, 1)
  }

  /** Connects; the error and the close of who is turned away. */
  async function turnedAway() {
    const client = await TrackerClient.connect(tracker.url)
    const error = await Promise.race([client.next('error'), client.settled().then(() => undefined)])
    if (error) return { error, closed: await client.closed }
    client.socket.terminate()
    return undefined
  }

  /** Those who are not may have been refused before the handshake. */
  async function isLetIn(): Promise<boolean> {
    return (await turnedAway().catch(() => 'refused')) === undefined
  }

  it('sends joiners away with a retry time, serves those inside, and lets in again', async () => {
    tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true, loopDelayMaxMs: 40 })
    const one = await TrackerClient.join(tracker.url, 1)
    const two = await TrackerClient.join(tracker.url, 2)
    keepBusy()
    let refused = await turnedAway()
    while (!refused) refused = await turnedAway()
    const { error, closed } = refused
    assert.equal(error.code, 'tracker-full')
    assert.equal(closed, 1013)
    assert.ok(
      (error.retryAfterMs ?? 0) >= 5000 && (error.retryAfterMs ?? 0) <= 15_000,
      String(error.retryAfterMs),
    )

    two.client.say({ kind: 'signal', to: memberId(1), signals: [{ type: 'offer', sdp: 'v=0' }] })
    assert.equal((await one.client.next('signal')).from, memberId(2))
    clearInterval(busy)
    while (!(await isLetIn()));
  })

  it('lets everyone in when that is what was asked for', async () => {
    tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true, loopDelayMaxMs: 0 })
    keepBusy()
    for (let number = 1; number <= 10; number += 1) {
      const { client } = await TrackerClient.join(tracker.url, number)
      client.socket.terminate()
    }
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { offeredSubprotocols } from '../../protocol/join-token.js'
import { makeKey } from '../../tracker/src/admission/make-key.js'
import { mintToken } from '../../tracker/src/admission/mint-token.js'
import type { TokenJwk } from '../../tracker/src/admission/token-keys.js'
import { startTracker, type RunningTracker, type TrackerOptions } from '../../tracker/src/index.js'
import { joinRequest, memberId } from '../unit/tracker/core-harness.js'
import { TrackerClient } from './tracker-client.js'

const origin = 'https://page.example'
const hourMs = 3_600_000

describe('a tracker whose wall clock is set', () => {
  const trueNow = Date.now
  let aheadMs = 0
  let tracker: RunningTracker
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'prismesh-clock-'))
    // The tracker lives in this process: it reads the same clock.
    Date.now = () => trueNow() + aheadMs
  })
  afterEach(async () => {
    aheadMs = 0
    await tracker.close()
  })
  after(() => {
    Date.now = trueNow
    rmSync(folder, { recursive: true })
  })

  const start = async (options: Partial<TrackerOptions>) =>
    (tracker = await startTracker({ host: '127.0.0.1', port: 0, quiet: true, ...options }))

  it('drops nobody, relays, and lets in, hours ahead, hours behind and back again', async () => {
    await start({ open: true, heartbeatMs: 50 })
    const one = await TrackerClient.join(tracker.url, 1)
    const two = await TrackerClient.join(tracker.url, 2)
    for (const [index, hours] of [6, -6, 0].entries()) {
      aheadMs = hours * hourMs
      const { client, joined } = await TrackerClient.join(tracker.url, 10 + index)
      assert.equal(joined.introductions.length, 2, `${hours} hours`)
      two.client.say({ kind: 'signal', to: memberId(1), signals: [{ type: 'offer', sdp: `v=${index}` }] })
      assert.equal((await one.client.next('signal')).from, memberId(2))
      // Five rounds of heartbeats, of which each member may miss two.
      for (let round = 0; round < 5; round += 1) await nextPing(one.client)
      client.say({ kind: 'leave' })
      await client.closed
    }
    assert.equal(tracker.stats().totals.members, 2)
  })

  it('goes by it for the lives of tokens only, and lets nobody in twice', async () => {
    const jwk = (await makeKey('HS256', 'first')) as TokenJwk
    const tokenKeys = join(folder, 'keys.json')
    writeFileSync(tokenKeys, JSON.stringify({ keys: [jwk] }))
    await start({ tokenKeys })
    const mint = () => mintToken(jwk, { stream: 'news', origin, lifetimeSeconds: 120, uses: 1 }, trueNow())
    const enter = async (token: string) => {
      const client = await TrackerClient.connect(tracker.url, { origin }, offeredSubprotocols(token))
      client.say(joinRequest(1, { stream: 'news' as never }))
      const code = await Promise.race([
        client.nextErrorCode(),
        client.next('joined').then(() => 'joined' as const),
      ])
      client.socket.terminate()
      return code
    }
    const first = await mint()
    assert.equal(await enter(first), 'joined')
    aheadMs = 6 * hourMs
    assert.equal(await enter(await mint()), 'token-expired')
    aheadMs = 0
    assert.equal(await enter(first), 'token-used')
    assert.equal(await enter(await mint()), 'joined')
    aheadMs = -6 * hourMs
    assert.equal(await enter(first), 'token-used')
    assert.equal(await enter(await mint()), 'joined')
    aheadMs = -48 * hourMs
    assert.equal(await enter(await mint()), 'token-invalid')
  })
})

/** Pings come to who is silent. */
async function nextPing({ socket }: TrackerClient): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const dropped = () => reject(new Error('the connection was dropped'))
    socket.once('close', dropped)
    socket.once('ping', () => {
      socket.off('close', dropped)
      resolve()
    })
  })
}

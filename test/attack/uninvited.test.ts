import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamId, SwarmId } from '../../protocol/ids.js'
import { offeredSubprotocols } from '../../protocol/join-token.js'
import { runCommand } from '../../tracker/src/commands/run-command.js'
import { startTracker, type RunningTracker } from '../../tracker/src/index.js'
import { TrackerClient } from '../integration/tracker-client.js'
import { VirtualClock } from '../support/swarm/virtual-clock.js'
import { channelPair, FakeNetwork } from '../support/transport/fake-channel.js'
import { openBoth } from '../support/transport/link-pair.js'
import { passTime } from '../support/transport/pass-time.js'
import { joinRequest, memberId } from '../unit/tracker/core-harness.js'
import { tell } from './attack-report.js'

const origin = 'https://page.example'
const stream = 'cdn.example.com/live/master.m3u8' as StreamId
const elsewhere = 'cdn.example.com/live/other.m3u8' as StreamId

describe('attack: joining a stream that one does not watch, guessing swarm ids, signalling to strangers', () => {
  let folder: string
  let keys: string
  const running: RunningTracker[] = []
  const clients: TrackerClient[] = []

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prismesh-attack-'))
    keys = join(folder, 'keys.json')
    writeFileSync(keys, (await runCommand(['key'])) ?? '')
  })
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.terminate()
    await Promise.all(running.splice(0).map((tracker) => tracker.close()))
  })
  after(() => rmSync(folder, { recursive: true }))

  async function joinWith(tracker: RunningTracker, number: number, asked: StreamId, allowed: StreamId) {
    const command = ['token', '--key', keys, '--stream', allowed, '--origin', origin]
    const token = ((await runCommand(command)) ?? '').trim()
    const client = await TrackerClient.connect(tracker.url, { origin }, offeredSubprotocols(token))
    clients.push(client)
    client.say(joinRequest(number, { stream: asked }))
    return client
  }

  async function start(): Promise<RunningTracker> {
    const tracker = await startTracker({ host: '127.0.0.1', port: 0, quiet: true, tokenKeys: keys })
    running.push(tracker)
    return tracker
  }

  it('a token for one stream opens no other, however alike its name is', async () => {
    const tracker = await start()
    const names = [elsewhere, stream.toUpperCase(), `${stream}/`, `${stream} `, ` ${stream}`, `${stream}?`]
    for (const name of names) {
      const client = await joinWith(tracker, 1, name as StreamId, stream)
      assert.equal((await client.next('error')).code, 'token-mismatch', name)
      assert.equal(await client.closed, 1008)
    }
    assert.equal(tracker.stats().counts.joins, 0)
    tell(
      `${names.length} joins of streams that the token is not for`,
      '0 joined; token-mismatch and the close',
    )
  })

  it('a swarm id does not follow from the stream, and a link whose other end guesses it does not open', async () => {
    const [one, two] = [await start(), await start()]
    const ids: SwarmId[] = []
    for (const tracker of [one, two])
      ids.push((await (await joinWith(tracker, 1, stream, stream)).next('joined')).swarm)
    const guesses = ['sha1', 'sha256', 'md5'].flatMap((hash) => [
      createHash(hash).update(stream).digest('hex').slice(0, 40).padEnd(40, '0'),
      createHmac(hash, '').update(stream).digest('hex').slice(0, 40).padEnd(40, '0'),
    ])
    assert.notEqual(ids[0], ids[1], 'each secret gives another id')
    for (const guess of guesses) assert.ok(!ids.includes(guess as SwarmId))
    const codes = new Set<string>()
    for (const guess of guesses) codes.add(await linkWith(ids[0] ?? '', guess))
    assert.deepEqual([...codes], ['swarm-mismatch'])
    tell(
      `${guesses.length} hashes of the stream’s name as its swarm id`,
      'no match; links end with swarm-mismatch',
    )
  })

  it('signals reach only members that the tracker introduced', async () => {
    const tracker = await start()
    const watcher = await joinWith(tracker, 1, elsewhere, elsewhere)
    await watcher.next('joined')
    const attacker = await joinWith(tracker, 2, stream, stream)
    await attacker.next('joined')
    const targets = [memberId(1), memberId(2), memberId(3), 'f'.repeat(40)]
    for (const to of targets) {
      attacker.say({ kind: 'signal', to: to as never, signals: [{ type: 'offer', sdp: 'v=0' }] })
      assert.equal((await attacker.next('error')).code, 'not-introduced', to)
    }
    assert.equal(tracker.stats().counts.signals, 0)
    assert.equal(watcher.socket.readyState, watcher.socket.OPEN)
    tell(
      'offers to a member of another stream, to itself, to one who is not there',
      'not-introduced each time; 0 signals passed on',
    )
  })
})

/** The code with which the honest end closes. */
async function linkWith(swarm: string, guessed: string): Promise<string> {
  const clock = new VirtualClock()
  const channels = await channelPair(new FakeNetwork(clock), () => passTime(clock, 100))
  const [honest] = openBoth(channels, clock, {
    first: { swarm: swarm as SwarmId },
    second: { swarm: guessed as SwarmId },
  })
  const ended = honest.ended
  await passTime(clock, 10_000)
  return ended
}

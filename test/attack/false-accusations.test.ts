import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import type { RenditionId, StreamId } from '../../protocol/ids.js'
import { offeredSubprotocols } from '../../protocol/join-token.js'
import { runCommand } from '../../tracker/src/commands/run-command.js'
import { accusersMin, suspectPairsMax } from '../../tracker/src/core/bounds.js'
import { openGrant } from '../../tracker/src/core/grant.js'
import { startTracker, type RunningTracker } from '../../tracker/src/index.js'
import { TrackerClient } from '../integration/tracker-client.js'
import { paddedOrigin } from '../support/browser/use-rig.js'
import { witnessOf } from '../support/witness-of-origin.js'
import {
  CoreHarness,
  errorCodesOf,
  introducedTo,
  joinRequest,
  memberId,
  repliesOf,
  type Client,
} from '../unit/tracker/core-harness.js'
import { tell } from './attack-report.js'

const page = 'https://page.example'
const segment = { rendition: 'v1' as RenditionId, discontinuity: 0, sequence: 4711 }
/** Of no block. */
const someHash = 'A'.repeat(43)

describe('attack: false accusations, at volume', function () {
  this.timeout(60_000)

  describe('at a tracker that witnesses the stream', () => {
    let folder: string
    let keys: string
    let origin: Origin
    let tracker: RunningTracker
    const clients: TrackerClient[] = []

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'prismesh-attack-'))
      keys = join(folder, 'keys.json')
      writeFileSync(keys, (await runCommand(['key'])) ?? '')
      origin = await createOrigin(paddedOrigin)
      tracker = await startTracker({
        host: '127.0.0.1',
        port: 0,
        quiet: true,
        tokenKeys: keys,
        ...witnessOf(origin.url),
      })
    })
    after(async () => {
      for (const { socket } of clients) socket.terminate()
      await Promise.all([tracker.close(), origin.close()])
      rmSync(folder, { recursive: true })
    })

    async function enter(number: number, token: string): Promise<TrackerClient> {
      const client = await TrackerClient.connect(tracker.url, { origin: page }, offeredSubprotocols(token))
      clients.push(client)
      const stream = new URL(origin.streamUrl).host + new URL(origin.streamUrl).pathname
      client.say(joinRequest(number, { stream: stream as StreamId }))
      return client
    }

    async function mint(): Promise<string> {
      const stream = new URL(origin.streamUrl).host + new URL(origin.streamUrl).pathname
      const command = ['token', '--key', keys, '--stream', stream, '--origin', page, '--uses', '9']
      return ((await runCommand(command)) ?? '').trim()
    }

    /** Accuses until the tracker has had enough. Returns how often. */
    async function accuse(accuser: TrackerClient, accused: number, hashOf: () => string, most: number) {
      let said = 0
      while (said < most && accuser.socket.readyState === accuser.socket.OPEN) {
        accuser.say({ kind: 'accuse', member: memberId(accused), segment, block: 0, hash: hashOf() })
        said += 1
        if (said % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 250))
      }
      return said
    }

    it('bans nobody but the accuser, by its token, too', async () => {
      const [honest, lying] = [await mint(), await mint()]
      const victim = await enter(1, honest)
      await victim.next('joined')
      const accuser = await enter(2, lying)
      await accuser.next('joined')
      const said = await accuse(accuser, 1, () => someHash, 200)
      assert.equal(await accuser.closed, 1008)
      const codes: string[] = []
      while (accuser.received('error') > 0) codes.push(await accuser.nextErrorCode())
      assert.equal(codes.at(-1), 'banned')
      const again = await enter(3, lying)
      assert.equal(await again.nextErrorCode(), 'banned', 'its token is banned under any name')
      await victim.settled()
      assert.equal(victim.received('error'), 0)
      assert.equal(victim.socket.readyState, victim.socket.OPEN)
      const elsewhere = await enter(4, honest)
      await elsewhere.next('joined')
      const [stream] = tracker.stats().streams
      assert.equal(stream?.members, 2)
      tell(
        `${said} accusations of one member by another, with a made-up hash`,
        `the accuser: ${tally(codes)}, and its token banned; the accused: no error, still joined, its token good`,
      )
    })
  })

  describe('that only the tracker’s core has to judge', () => {
    const tracker = () => {
      const harness = new CoreHarness()
      const viewers = Array.from({ length: 40 }, (_, index) => {
        const client = harness.connect(openGrant, `home ${index + 1}`)
        harness.say(client, joinRequest(index + 1))
        return client
      })
      return { harness, viewers }
    }
    const victim = 100

    /** The victim comes, and of those it is introduced to this many, each from a network of its own, accuse it. */
    function conspire(accusers: number, network: (index: number) => string) {
      const { harness } = tracker()
      const client = harness.connect(openGrant, 'honest')
      harness.say(client, joinRequest(victim))
      const conspirators: Client[] = []
      for (let index = 0; index < accusers; index += 1) {
        const liar = harness.connect(openGrant, network(index))
        harness.say(liar, joinRequest(200 + index))
        conspirators.push(liar)
      }
      harness.now += 60_000
      const pairsOf = () => new Set(introducedTo(client).map(({ member }) => member)).size
      let accusations = 0
      for (const [index, liar] of conspirators.entries()) {
        // Only a pair can accuse: liars seek until they are one.
        for (let tries = 0; tries < 40 && !isPaired(client, 200 + index, liar); tries += 1) {
          harness.now += 3000
          harness.say(liar, { kind: 'seek', count: 8, except: [] })
        }
        harness.say(liar, { kind: 'accuse', member: memberId(victim), segment, block: 0, hash: someHash })
        accusations += 1
      }
      const before = pairsOf()
      for (let turn = 0; turn < 20; turn += 1) {
        harness.now += 3000
        harness.say(client, { kind: 'seek', count: 8, except: [] })
      }
      return { client, accusations, more: pairsOf() - before, harness }
    }

    it('a crowd behind one address changes nothing for the accused', () => {
      const { client, accusations, more, harness } = conspire(30, () => 'a school')
      assert.deepEqual(errorCodesOf(client), [])
      assert.equal(client.closed, undefined)
      assert.deepEqual(harness.banned, [])
      assert.ok(more > suspectPairsMax, `${more} introductions after it`)
      tell(
        `${accusations} accusers of one network`,
        `the accused is introduced to ${more} more, and not banned`,
      )
    })

    it('a conspiracy of many networks has the accused introduced to fewer, and never banned', () => {
      const { client, accusations, more, harness } = conspire(10, (index) => `bot ${index}`)
      assert.ok(accusations >= accusersMin)
      assert.deepEqual(errorCodesOf(client), [])
      assert.equal(client.closed, undefined)
      assert.deepEqual(harness.banned, [])
      assert.ok(more <= suspectPairsMax, `${more} introductions after it`)
      tell(
        `${accusations} accusers of as many networks`,
        `the accused stays joined and not banned, and is introduced to ${more} more; links that it has stay`,
      )
    })

    it('a polluter whom its neighbours accuse is introduced to few from then on, also when it comes back', () => {
      const { harness, viewers } = tracker()
      const grant = { ...openGrant, token: 'kid/polluter' }
      let polluter = harness.connect(grant, 'polluter')
      harness.say(polluter, joinRequest(victim))
      const neighbours = introducedTo(polluter).map(({ member }) => member)
      for (const [index, viewer] of viewers.entries()) {
        if (!neighbours.includes(memberId(index + 1))) continue
        harness.say(viewer, { kind: 'accuse', member: memberId(victim), segment, block: 0, hash: someHash })
      }
      const metAfter = [0, 1].map((comesBack) => {
        if (comesBack === 1) {
          harness.disconnect(polluter)
          polluter = harness.connect(grant, 'another address')
          harness.say(polluter, joinRequest(victim + 1))
        } else polluter.replies.length = 0
        for (let turn = 0; turn < 20; turn += 1) {
          harness.now += 3000
          harness.say(polluter, { kind: 'seek', count: 8, except: [] })
        }
        return new Set(introducedTo(polluter).map(({ member }) => member)).size
      })
      for (const met of metAfter) assert.ok(met <= suspectPairsMax, `${met} more`)
      assert.equal(repliesOf(polluter, 'error').length, 0)
      tell(
        `a polluter accused by its ${neighbours.length} neighbours, staying, and coming back with its token under another name`,
        `introduced to ${metAfter.join(' and ')} more in a minute each`,
      )
    })
  })
})

function isPaired(victim: Client, liar: number, client: Client): boolean {
  return (
    introducedTo(victim).some(({ member }) => member === memberId(liar)) ||
    introducedTo(client).some(({ member }) => member === memberId(100))
  )
}

function tally(codes: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts].map(([code, count]) => `${code} x ${count}`).join(', ')
}

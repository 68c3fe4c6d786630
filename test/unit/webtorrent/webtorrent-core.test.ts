import assert from 'node:assert/strict'
import fc from 'fast-check'
import { answerWaitMsMax } from '../../../tracker/src/webtorrent/awaited-answers.js'
import { failureReasons } from '../../../tracker/src/webtorrent/replies.js'
import { id, offersOf, reasonOf, testSettings, WebtorrentHarness, type Client } from './webtorrent-harness.js'

describe('the WebTorrent core', () => {
  describe('an announce', () => {
    it('is answered with the interval and the numbers of the swarm, and its offers go to others', () => {
      const harness = new WebtorrentHarness()
      const one = harness.join('one')
      const two = harness.join('two')
      const three = harness.connect()
      const replies = harness.announce(three, 'three', {
        event: 'started',
        left: null,
        offers: offersOf('a', 'b', 'c'),
        numwant: 3,
      })
      assert.deepEqual(replies, [
        { action: 'announce', info_hash: id('swarm'), interval: 120, complete: 0, incomplete: 3 },
      ])
      const relayed = [...one.replies, ...two.replies]
      assert.deepEqual(
        relayed.toSorted((a, b) => String(a['offer_id']).localeCompare(String(b['offer_id']))),
        offersOf('a', 'b').map((offer) => ({
          action: 'announce',
          info_hash: id('swarm'),
          peer_id: id('three'),
          ...offer,
        })),
      )
      assert.deepEqual([one.replies.length, two.replies.length], [1, 1])
    })

    it('passes on as many offers as it wants, and all if it does not say', () => {
      const harness = new WebtorrentHarness({ offersPerAnnounceMax: 4 })
      const others = 'abcdefgh'.split('').map((name) => harness.join(name))
      const client = harness.join('me')
      const relayed = (fields: object) => {
        harness.announce(client, 'me', { offers: offersOf('1', '2', '3', '4', '5', '6'), ...fields })
        return others.flatMap(({ replies }) => replies.splice(0)).length
      }
      assert.equal(relayed({ numwant: 2 }), 2)
      assert.equal(relayed({ numwant: 0 }), 0)
      assert.equal(relayed({ numwant: -1 }), 0)
      assert.equal(relayed({ numwant: 2.5 }), 2)
      assert.equal(relayed({ numwant: 100 }), 4)
      assert.equal(relayed({}), 4)
      assert.equal(relayed({ offers: [null, ...offersOf('1'), null] }), 1)
    })

    it('passes on no more than its connection, and its address, may in a minute, and says so', () => {
      const limits = { offersPerMinute: 6, offersPerMinutePerAddress: 9 }
      const harness = new WebtorrentHarness(limits)
      for (const name of 'abcdef') harness.join(name)
      const [first, second] = [harness.join('one'), harness.join('two')]
      const left = (client: Client, name: string) =>
        harness
          .announce(client, name, { offers: offersOf('1', '2', '3', '4') })
          .some((reply) => reply['warning message'] !== undefined)
      const counts = () => harness.core.stats().offersRelayed
      assert.deepEqual([left(first, 'one'), counts()], [false, 4])
      assert.deepEqual([left(first, 'one'), counts()], [true, 6])
      assert.deepEqual([left(second, 'two'), counts()], [true, 9])
      harness.pass(60_000)
      assert.deepEqual([left(first, 'one'), counts()], [false, 13])
    })

    it('counts a seeder for what it says, and not for a null', () => {
      const harness = new WebtorrentHarness()
      const client = harness.connect()
      const numbers = (fields: object) => {
        const [reply] = harness.announce(client, 'one', fields)
        return [reply?.['complete'], reply?.['incomplete']]
      }
      assert.deepEqual(numbers({ left: null }), [0, 1])
      assert.deepEqual(numbers({ left: 5, event: 'update' }), [0, 1])
      assert.deepEqual(numbers({ left: 0 }), [1, 0])
      assert.deepEqual(numbers({ left: null }), [1, 0])
      assert.deepEqual(numbers({ left: 1 }), [0, 1])
      assert.deepEqual(numbers({ event: 'completed' }), [1, 0])
      assert.deepEqual(numbers({ event: 'dance' }), [1, 0])
      assert.deepEqual(numbers({ event: 'stopped' }), [0, 0])
      assert.deepEqual(numbers({ event: 'stopped' }), [0, 0])
    })
  })

  describe('an id', () => {
    it('belongs to the connection that announced it, until that leaves', () => {
      const harness = new WebtorrentHarness()
      const owner = harness.join('one')
      const thief = harness.join('two')
      for (const fields of [{}, { event: 'stopped' }, { offers: offersOf('x') }]) {
        assert.equal(reasonOf(harness.announce(thief, 'one', fields)), failureReasons['peer-id-in-use'])
      }
      assert.equal(harness.core.stats().peers, 2)
      assert.deepEqual(owner.replies, [])
      harness.announce(owner, 'one', { event: 'stopped' })
      assert.equal(reasonOf(harness.announce(thief, 'one')), undefined)
    })

    it('may be one of several of a connection, as of two players in a page', () => {
      const harness = new WebtorrentHarness()
      const page = harness.join('one')
      assert.equal(harness.announce(page, 'two', { offers: offersOf('a') }).length, 2)
      assert.equal(harness.answer(page, 'one', 'two', 'a').length, 1)
      harness.disconnect(page)
      assert.deepEqual([harness.core.stats().peers, harness.core.stats().swarms], [0, 0])
    })

    it('is the same however it is written', () => {
      const harness = new WebtorrentHarness()
      const name = '\u00e9\u0000"\\\u007f\u0080\u00ff'.padEnd(20, '\u00fc')
      const one = harness.connect()
      harness.say(one, { action: 'announce', info_hash: name, peer_id: name })
      const escapes = name
        .split('')
        .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join('')
      const two = harness.connect()
      const [failure] = harness.sayText(
        two,
        `{"action":"announce","info_hash":"${escapes}","peer_id":"${escapes}"}`,
      )
      assert.equal(failure?.['info_hash'], name)
      assert.equal(failure?.['failure reason'], failureReasons['peer-id-in-use'])
    })
  })

  describe('an answer', () => {
    const offered = () => {
      const harness = new WebtorrentHarness()
      const answerer = harness.join('answerer')
      const offerer = harness.connect()
      harness.announce(offerer, 'offerer', { offers: offersOf('a') })
      answerer.replies.length = 0
      return { harness, answerer, offerer }
    }

    it('goes to who made the offer, once', () => {
      const { harness, answerer, offerer } = offered()
      assert.deepEqual(harness.answer(answerer, 'answerer', 'offerer', 'a'), [])
      assert.deepEqual(offerer.replies.splice(0), [
        {
          action: 'announce',
          info_hash: id('swarm'),
          peer_id: id('answerer'),
          offer_id: id('a'),
          answer: { type: 'answer', sdp: 'answer of answerer' },
        },
      ])
      assert.equal(
        reasonOf(harness.answer(answerer, 'answerer', 'offerer', 'a')),
        failureReasons['unawaited-answer'],
      )
      assert.deepEqual(offerer.replies, [])
    })

    it('goes nowhere from whom the offer did not go to', () => {
      const { harness, offerer } = offered()
      const stranger = harness.join('stranger')
      assert.equal(
        reasonOf(harness.answer(stranger, 'stranger', 'offerer', 'a')),
        failureReasons['unawaited-answer'],
      )
      assert.equal(
        reasonOf(harness.answer(stranger, 'answerer', 'offerer', 'a')),
        failureReasons['not-announced'],
      )
      assert.equal(
        reasonOf(harness.answer(stranger, 'nobody', 'offerer', 'a')),
        failureReasons['not-announced'],
      )
      assert.equal(
        reasonOf(harness.answer(stranger, 'stranger', 'offerer', 'a', 'else')),
        failureReasons['not-announced'],
      )
      assert.deepEqual(offerer.replies, [])
    })

    it('goes nowhere when it is late', () => {
      const { harness, answerer } = offered()
      harness.pass(answerWaitMsMax)
      assert.equal(
        reasonOf(harness.answer(answerer, 'answerer', 'offerer', 'a')),
        failureReasons['unawaited-answer'],
      )
    })

    it("is nobody's fault when who made the offer has left", () => {
      const { harness, answerer, offerer } = offered()
      harness.disconnect(offerer)
      assert.deepEqual(harness.answer(answerer, 'answerer', 'offerer', 'a'), [])
      assert.equal(answerer.closed, undefined)
    })

    it('is not for one who comes under the same id', () => {
      const { harness, answerer, offerer } = offered()
      harness.disconnect(offerer)
      const other = harness.join('offerer')
      assert.equal(
        reasonOf(harness.answer(answerer, 'answerer', 'offerer', 'a')),
        failureReasons['unawaited-answer'],
      )
      assert.deepEqual(other.replies, [])
    })

    it("is awaited for the newest two announces' worth of offers", () => {
      const harness = new WebtorrentHarness({ offersPerAnnounceMax: 2 })
      const answerer = harness.join('answerer')
      const offerer = harness.connect()
      for (const name of 'abcde') harness.announce(offerer, 'offerer', { offers: offersOf(name) })
      offerer.replies.length = 0
      answerer.replies.length = 0
      assert.equal(
        reasonOf(harness.answer(answerer, 'answerer', 'offerer', 'a')),
        failureReasons['unawaited-answer'],
      )
      for (const name of 'bcde') assert.deepEqual(harness.answer(answerer, 'answerer', 'offerer', name), [])
      assert.equal(offerer.replies.length, 4)
    })
  })

  it('scrapes what it is asked for, and not everything', () => {
    const harness = new WebtorrentHarness()
    const client = harness.join('one')
    harness.announce(harness.connect(), 'two', { event: 'completed', left: 0 })
    const [reply] = harness.say(client, { action: 'scrape', info_hash: [id('swarm'), id('unknown')] })
    assert.deepEqual(reply, {
      action: 'scrape',
      files: {
        [id('swarm')]: { complete: 1, incomplete: 1, downloaded: 1 },
        [id('unknown')]: { complete: 0, incomplete: 0, downloaded: 0 },
      },
    })
    const [refused] = harness.say(client, { action: 'scrape' })
    assert.deepEqual(refused, {
      action: 'scrape',
      info_hash: '',
      'failure reason': failureReasons['full-scrape'],
    })
  })

  describe('limits', () => {
    it('are said, and keep out the new alone', () => {
      const harness = new WebtorrentHarness({ swarmsMax: 3, swarmsPerConnectionMax: 2, peersPerSwarmMax: 2 })
      const one = harness.join('one', 'a')
      harness.announce(one, 'one', {}, 'b')
      const [failure] = harness.announce(one, 'one', { offers: offersOf('x') }, 'c')
      assert.deepEqual(failure, {
        action: 'announce',
        info_hash: id('c'),
        'failure reason': failureReasons['too-many-swarms-on-connection'],
      })
      const two = harness.join('two', 'a')
      assert.equal(
        reasonOf(harness.announce(harness.connect(), 'three', {}, 'a')),
        failureReasons['swarm-full'],
      )
      harness.announce(two, 'two', {}, 'c')
      assert.equal(
        reasonOf(harness.announce(harness.connect(), 'four', {}, 'd')),
        failureReasons['too-many-swarms'],
      )
      assert.equal(reasonOf(harness.announce(one, 'one', {}, 'a')), undefined)
      harness.disconnect(two)
      assert.equal(reasonOf(harness.announce(harness.connect(), 'five', {}, 'd')), undefined)
      assert.deepEqual([harness.core.stats().swarms, harness.core.stats().peers], [3, 3])
    })

    it('hold for connections, in all and of one address', () => {
      const harness = new WebtorrentHarness({ connectionsMax: 3, connectionsPerAddressMax: 2 })
      const [one, two, three] = [harness.connect('a'), harness.connect('a'), harness.connect('a')]
      assert.deepEqual([one.closed, two.closed, three.closed], [undefined, undefined, 1013])
      harness.connect('b')
      assert.equal(harness.connect('b').closed, 1013)
      harness.disconnect(one)
      assert.equal(harness.connect('a').closed, undefined)
    })

    it('hold for messages: what is too much is not read, and ends the connection in the end', () => {
      const harness = new WebtorrentHarness({ messageBurst: 3, messagesPerSecond: 1 })
      const client = harness.connect()
      const replies = [...Array(7).keys()].map(() => harness.announce(client, 'one').length)
      assert.deepEqual(replies, [1, 1, 1, 0, 0, 0, 0])
      assert.equal(client.closed, undefined)
      harness.announce(client, 'one')
      assert.equal(client.closed, 1008)
      assert.equal(harness.core.stats().swarms, 0)
    })

    it('end a connection that says nothing of sense', () => {
      const harness = new WebtorrentHarness()
      const [silent, mumbling, speaking] = [harness.connect(), harness.connect(), harness.join('one')]
      harness.sayText(mumbling, 'hm')
      harness.pass(testSettings.firstMessageTimeoutMs)
      assert.deepEqual([silent.closed, mumbling.closed, speaking.closed], [1008, 1008, undefined])
    })

    it('end a connection that goes on with garbage', () => {
      const harness = new WebtorrentHarness()
      const [vandal, bystander] = [harness.join('one'), harness.join('two')]
      for (const garbage of ['', '[', '{}', '{"action":"dance"}']) {
        const [failure] = harness.sayText(vandal, garbage)
        assert.deepEqual([failure?.['action'], failure?.['info_hash']], ['announce', ''])
      }
      assert.equal(vandal.closed, undefined)
      harness.sayText(vandal, 'x')
      assert.deepEqual([vandal.closed, bystander.closed], [1008, undefined])
      assert.equal(harness.core.stats().peers, 1)
    })
  })

  it('sends everyone away when it stops', () => {
    const harness = new WebtorrentHarness()
    const client = harness.join('one')
    harness.step({ kind: 'stop-requested' })
    assert.equal(client.closed, 1001)
    assert.equal(harness.connect().closed, 1013)
    assert.deepEqual([harness.core.stats().connections, harness.core.stats().swarms], [0, 0])
  })

  it('draws every other peer equally often, and nobody twice', () => {
    const harness = new WebtorrentHarness()
    const others = 'abcdefghij'.split('').map((name) => harness.join(name))
    const client = harness.join('me')
    const rounds = 3000
    for (let round = 0; round < rounds; round += 1) {
      harness.announce(client, 'me', { offers: offersOf('1', '2', '3', '4') })
      harness.pass(1000)
    }
    // Each gets 4 of 10: 1200 times, give or take four standard deviations of a binomial of this many rounds.
    for (const { replies } of others) {
      assert.ok(Math.abs(replies.length - rounds * 0.4) < 110, String(replies.length))
    }
  })

  it('keeps its promises whatever is done to it, and nothing when everyone has gone', () => {
    let messages = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), actions), { minLength: 40, maxLength: 80 }), (steps) => {
        const harness = new WebtorrentHarness({ swarmsMax: 2, peersPerSwarmMax: 3, offersPerAnnounceMax: 2 })
        const clients = [...Array(6).keys()].map(() => harness.connect())
        for (const [number, act] of steps) {
          const client = clients[number]
          if (!client || client.closed !== undefined) continue
          messages += 1
          for (const reply of act(harness, client)) assertHelpful(reply)
          const { swarms, peers } = harness.core.stats()
          assert.ok(swarms <= 2 && peers <= 6 && peers >= swarms)
        }
        for (const client of clients) harness.disconnect(client)
        const { connections, swarms, peers } = harness.core.stats()
        assert.deepEqual([connections, swarms, peers], [0, 0, 0])
        harness.pass(60_000)
        assert.equal(harness.core.wakeAt(), undefined)
      }),
      { numRuns: 300 },
    )
    assert.ok(messages > 2000, `only ${messages} messages`)
  })
})

type Action = (harness: WebtorrentHarness, client: Client) => Record<string, unknown>[]

const names = fc.constantFrom('a', 'b', 'c')
const swarms = fc.constantFrom('s', 't', 'u')
const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(names, swarms, fc.constantFrom('started', 'stopped', 'completed', '?'), fc.jsonValue()).map(
    ([name, swarm, event, junk]): Action =>
      (harness, client) =>
        harness.announce(
          client,
          name,
          { event, left: junk, offers: [junk, ...offersOf(name, swarm)] },
          swarm,
        ),
  ),
  fc.tuple(names, names, swarms).map(
    ([name, to, swarm]): Action =>
      (harness, client) =>
        harness.answer(client, name, to, to, swarm),
  ),
  fc.jsonValue().map(
    (junk): Action =>
      (harness, client) =>
        harness.say(client, junk),
  ),
  fc.nat(70_000).map((ms): Action => (harness) => {
    harness.pass(ms)
    return []
  }),
)

/** Clients end their connection at a reply without an action they know, and look at none without an `info_hash`. */
function assertHelpful(reply: Record<string, unknown>): void {
  assert.ok(reply['action'] === 'announce' || reply['action'] === 'scrape', JSON.stringify(reply))
  assert.ok(typeof reply['info_hash'] === 'string' || 'files' in reply, JSON.stringify(reply))
}

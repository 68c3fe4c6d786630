import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { StreamId } from '../../../protocol/ids.js'
import type { AccountLimits } from '../../../tracker/src/core/account.js'
import { Accounts } from '../../../tracker/src/core/accounts.js'
import { idleAccountsMax } from '../../../tracker/src/core/bounds.js'
import { openGrant, type Grant } from '../../../tracker/src/core/grant.js'
import {
  CoreHarness,
  errorCodesOf,
  introducedTo,
  joinedOf,
  joinRequest,
  memberId,
  testSettings,
} from './core-harness.js'

const loose = testSettings.perAddress
const limits = (change: Partial<AccountLimits>): AccountLimits => ({ ...loose, ...change })
const withToken = (token: string): Grant => ({ ...openGrant, token })

describe('grants', () => {
  const grant: Grant = { stream: 'news' as StreamId, member: memberId(1), token: 'k/1', holder: 'https://a' }

  it('admit to their stream under their member id', () => {
    const harness = new CoreHarness()
    const client = harness.connect(grant)
    harness.say(client, joinRequest(1))
    ok(joinedOf(client).resume.endsWith('https://a'))
  })

  it('admit to no other stream, and to nobody else', () => {
    const harness = new CoreHarness()
    for (const request of [joinRequest(1, { stream: 'films' as StreamId }), joinRequest(2)]) {
      const client = harness.connect(grant)
      harness.say(client, request)
      deepEqual([errorCodesOf(client), client.closed], [['token-mismatch'], 1008])
    }
    equal(harness.core.stats(harness.now, 10).totals.members, 0)
  })

  it('make a resume text worthless to pages of another origin', () => {
    const harness = new CoreHarness()
    const mine = harness.connect({ ...openGrant, holder: 'https://a' })
    harness.say(mine, joinRequest(1))
    const { resume } = joinedOf(mine)
    const thief = harness.connect({ ...openGrant, holder: 'https://b' })
    harness.say(thief, joinRequest(1, { resume }))
    deepEqual(errorCodesOf(thief), ['member-in-use'])
    const again = harness.connect({ ...openGrant, holder: 'https://a' })
    harness.say(again, joinRequest(1, { resume }))
    equal(joinedOf(again).member, memberId(1))
  })
})

describe('limits per address and per token', () => {
  it('refuse connections beyond the number, and allow them again when others have ended', () => {
    for (const [settings, grant] of [
      [{ perAddress: limits({ connectionsMax: 2 }) }, openGrant],
      [{ perToken: limits({ connectionsMax: 2 }) }, withToken('t')],
    ] as const) {
      const harness = new CoreHarness(settings)
      const first = harness.connect(grant)
      harness.connect(grant)
      const third = harness.connect(grant)
      deepEqual([errorCodesOf(third), third.closed], [['too-many-connections'], 1013])
      harness.disconnect(first)
      equal(harness.connect(grant).closed, undefined)
    }
  })

  it('count each address and each token by itself', () => {
    const harness = new CoreHarness({
      perAddress: limits({ connectionsMax: 2 }),
      perToken: limits({ connectionsMax: 1 }),
    })
    equal(harness.connect(withToken('t')).closed, undefined)
    equal(harness.connect(withToken('u'), 'elsewhere').closed, undefined)
    // Refused for its token: it must not stay counted at its address.
    equal(harness.connect(withToken('t')).closed, 1013)
    equal(harness.connect(withToken('v')).closed, undefined)
    equal(harness.connect(withToken('w')).closed, 1013)
  })

  it('count attempts per minute, before anything else is known of them', () => {
    const { core } = new CoreHarness({ perAddress: limits({ joinsPerMinute: 3 }) })
    const attempts = (now: number, client: string) => [1, 2, 3, 4].map(() => core.mayAttempt(now, client))
    deepEqual(attempts(0, 'a'), [true, true, true, false])
    deepEqual(attempts(0, 'b'), [true, true, true, false])
    deepEqual(attempts(20_000, 'a'), [true, false, false, false])
    deepEqual(attempts(90_000, 'a'), [true, true, true, false])
  })

  it('count connections per minute with one token', () => {
    const harness = new CoreHarness({ perToken: limits({ joinsPerMinute: 2 }) })
    for (const expected of [undefined, undefined, 1013]) {
      const client = harness.connect(withToken('t'))
      equal(client.closed, expected)
      if (expected === undefined) harness.disconnect(client)
    }
  })

  for (const [kind, settings, grant] of [
    ['address', { perAddress: limits({ introductionsPerMinute: 5 }) }, openGrant],
    ['token', { perToken: limits({ introductionsPerMinute: 5 }) }, withToken('harvester')],
  ] as const) {
    it(`bound what one ${kind} learns of others, over all its connections`, () => {
      const harness = new CoreHarness(settings)
      for (let number = 1; number <= 40; number += 1) {
        harness.say(harness.connect(openGrant, `home ${number}`), joinRequest(number))
      }
      const harvest = () => {
        const clients = [101, 102, 103].map((number) => {
          const client = harness.connect(grant, 'harvester')
          harness.say(client, joinRequest(number))
          harness.say(client, { kind: 'seek', count: 16, except: [] })
          return client
        })
        const learned = clients.flatMap((client) => introducedTo(client).filter(({ initiate }) => initiate))
        for (const client of clients) harness.disconnect(client)
        return learned.length
      }
      equal(harvest(), 5)
      equal(harvest(), 0)
      harness.pass(60_000)
      equal(harvest(), 5)
    })
  }

  it('bound the bytes of signals, without ending the connection', () => {
    const harness = new CoreHarness({ perAddress: limits({ signalBytesPerMinute: 1000 }) })
    const one = harness.join(1)
    const two = harness.join(2)
    const signal = {
      kind: 'signal' as const,
      to: memberId(1),
      signals: [{ sdp: 'x'.repeat(600) }],
    }
    for (let sent = 0; sent < 8; sent += 1) harness.say(two, signal)
    equal(one.replies.filter(({ kind }) => kind === 'signal').length, 1)
    deepEqual(new Set(errorCodesOf(two)), new Set(['too-many-messages']))
    equal(two.closed, undefined)
    harness.pass(60_000)
    harness.say(two, signal)
    equal(one.replies.filter(({ kind }) => kind === 'signal').length, 2)
  })

  it('remember a bounded number of addresses, for a minute', () => {
    const accounts = new Accounts(loose)
    for (let number = 0; number < idleAccountsMax + 10; number += 1) accounts.attempt(0, `a${number}`)
    equal(accounts.size, idleAccountsMax)
    accounts.enter(1, 'stays')
    accounts.attempt(60_001, 'late')
    equal(accounts.size, 2)
    accounts.leave(60_002, 'stays')
    accounts.attempt(200_000, 'later')
    equal(accounts.size, 1)
  })
})

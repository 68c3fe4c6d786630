import assert from 'node:assert/strict'
import type { MemberId } from '../../../protocol/ids.js'
import type { Place } from '../../../tracker/src/core/place.js'
import {
  CoreHarness,
  errorCodesOf,
  introducedTo,
  joinedOf,
  memberId,
  rendition,
  repliesOf,
  type Client,
} from './core-harness.js'

const provider = (asn: number, country = 'FR'): Place => ({ networks: [`${asn}`], asn, country })

/** Everyone in the cell of a client, itself left out, as it was told. */
function cellOf(client: Client): Set<MemberId> {
  const cell = new Set(joinedOf(client).members.map(({ member }) => member))
  for (const { present, gone } of repliesOf(client, 'roster')) {
    for (const member of gone) cell.delete(member)
    for (const { member } of present) cell.add(member)
  }
  return cell
}

describe('cells near home', () => {
  const sizesOf = (harness: CoreHarness) =>
    harness.core.stats(harness.now, 1).streams[0]?.cells.map(({ members }) => members) ?? []

  /** A full cell of two providers, whose members come by turns: those of the first have odd numbers up to 59. */
  function mixedCell() {
    const harness = new CoreHarness()
    const clients = new Map<number, Client>()
    for (let number = 1; number <= 64; number += 1) {
      const asn = number % 2 === 1 && number < 60 ? 1 : 2
      clients.set(number, harness.join(number, {}, provider(asn)))
    }
    harness.pass(1000)
    return { harness, clients }
  }

  it('are parted by provider when they are full, and everybody knows their own', () => {
    const { harness, clients } = mixedCell()
    const joiner = harness.join(100, {}, provider(1))
    harness.pass(1000)
    assert.deepEqual(sizesOf(harness), [34, 31])
    const home = joinedOf(joiner).members.map(({ member }) => Number.parseInt(member, 16))
    assert.equal(home.length, 30)
    assert.ok(home.every((number) => number % 2 === 1 && number < 60))
    for (const [number, client] of clients) {
      const isFirst = number % 2 === 1 && number < 60
      assert.equal(cellOf(client).size - (cellOf(client).has(memberId(number)) ? 1 : 0), isFirst ? 30 : 33)
    }
  })

  it('keep the pairs of those who move, and give them new ones', () => {
    const { harness, clients } = mixedCell()
    const before = new Map([...clients].map(([number, client]) => [number, introducedTo(client)]))
    harness.join(100, {}, provider(1))
    harness.pass(1000)
    for (const [number, client] of clients) {
      const [pair] = before.get(number) ?? []
      assert.ok(pair)
      harness.say(client, { kind: 'signal', to: pair.member, signals: [{ candidate: '' }] })
      assert.deepEqual(errorCodesOf(client), [])
      const cell = cellOf(client)
      const inside = new Set(introducedTo(client).filter(({ member }) => cell.has(member)))
      assert.ok(inside.size >= 4, `member ${number} has ${inside.size} pairs in its cell`)
    }
  })

  it('are not parted where that helps nobody', () => {
    const harness = new CoreHarness()
    for (let number = 1; number <= 64; number += 1) harness.join(number, {}, provider(number <= 5 ? 2 : 1))
    harness.join(100, {}, provider(2))
    assert.deepEqual(sizesOf(harness), [64, 1], 'five of a provider are no cell')
  })

  it('take in who is near, also when another one is fuller', () => {
    const { harness } = mixedCell()
    harness.join(100, {}, provider(1))
    for (let number = 101; number < 110; number += 1) harness.join(number, {}, provider(1))
    assert.deepEqual(sizesOf(harness), [34, 40])
    harness.join(200, {}, provider(2))
    assert.deepEqual(sizesOf(harness), [35, 40])
    harness.join(201, {}, { networks: ['x'], asn: 9, country: 'FR' })
    assert.deepEqual(sizesOf(harness), [35, 41], 'who has nobody near goes to the fullest')
  })

  it('are joined together when two fit in one, and everybody knows everybody', () => {
    const { harness, clients } = mixedCell()
    harness.join(100, {}, provider(1))
    harness.pass(1000)
    for (const [number, client] of [...clients].slice(0, 40)) {
      harness.disconnect(client)
      clients.delete(number)
    }
    harness.pass(1000)
    assert.deepEqual(sizesOf(harness), [25])
    for (const [number, client] of clients) {
      const others = cellOf(client)
      others.delete(memberId(number))
      assert.equal(others.size, 24)
      const inside = introducedTo(client).filter(({ member }) => others.has(member))
      assert.ok(inside.length >= 4, `${inside.length} pairs in the cell`)
    }
  })

  it('keep those apart who watch another part of the stream', () => {
    const harness = new CoreHarness()
    const follow = (number: number) => rendition(number <= 64 ? 'sd' : 'hd')
    for (let number = 1; number <= 70; number += 1) {
      harness.join(number, { rendition: follow(number), latencyMs: number <= 64 ? 6000 : 90_000 })
    }
    harness.disconnect([...harness.clients.values()][0] as Client)
    assert.deepEqual(sizesOf(harness), [63, 6])
    harness.join(100, { latencyMs: 80_000 })
    assert.deepEqual(sizesOf(harness), [63, 7])
    harness.join(101, { latencyMs: 8000 })
    assert.deepEqual(sizesOf(harness), [64, 7])
  })

  it('introduce five of eight to the same network, and at least one anywhere', () => {
    let near = 0
    let far = 0
    for (let seed = 0; seed < 40; seed += 1) {
      const harness = new CoreHarness({}, seed)
      for (let number = 1; number <= 60; number += 1) harness.join(number, {}, provider(number % 6))
      for (const { member } of joinedOf(harness.join(100, {}, provider(1))).introductions) {
        if (Number.parseInt(member, 16) % 6 === 1) near += 1
        else far += 1
      }
    }
    const share = near / (near + far)
    assert.ok(share >= 0.6 && share <= 0.75, `${share} of the neighbours are of the same provider`)
  })
})

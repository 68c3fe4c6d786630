import assert from 'node:assert/strict'
import type { StreamId } from '../../../protocol/ids.js'
import { CoreHarness, joinedOf, rendition } from './core-harness.js'

describe('placement in cells', () => {
  const cellsOf = (harness: CoreHarness, index = 0) =>
    harness.core.stats(harness.now, 10).streams[index]?.cells ?? []
  const sizesOf = (harness: CoreHarness) => cellsOf(harness).map((cell) => cell.members)

  it('fills a cell with 64 members before it opens the next', () => {
    const harness = new CoreHarness()
    for (let number = 1; number <= 64; number += 1) harness.join(number)
    assert.deepEqual(sizesOf(harness), [64])
    const next = harness.join(65)
    assert.deepEqual(sizesOf(harness), [64, 1])
    assert.deepEqual(joinedOf(next).members, [])
  })

  it('makes cells as small as its operator wants them, in which two that are half empty become one', () => {
    const harness = new CoreHarness({ cellMembersMax: 8 })
    const clients = Array.from({ length: 24 }, (_, index) => harness.join(index))
    assert.deepEqual(sizesOf(harness), [8, 8, 8])
    for (const client of clients.filter((_, index) => index % 8 >= 3)) harness.disconnect(client)
    harness.pass(5000)
    assert.ok(sizesOf(harness).length < 3, `no cell was given up: ${sizesOf(harness).join(', ')}`)
    assert.ok(sizesOf(harness).every((size) => size <= 8))
  })

  it('puts a joiner where its rendition is followed, else in the fullest cell with room', () => {
    const harness = new CoreHarness()
    const first = Array.from({ length: 64 }, (_, index) =>
      harness.join(index, { rendition: rendition('sd') }),
    )
    for (let number = 64; number < 70; number += 1) harness.join(number, { rendition: rendition('hd') })
    for (const client of first.slice(0, 32)) harness.disconnect(client)
    assert.deepEqual(sizesOf(harness), [32, 6])

    harness.join(100, { rendition: rendition('hd') })
    assert.deepEqual(sizesOf(harness), [32, 7], 'the smaller cell, where hd is followed')
    harness.join(101, { rendition: rendition('uhd') })
    harness.join(102)
    assert.deepEqual(sizesOf(harness), [34, 7], 'nobody follows uhd, and no rendition fits everywhere')
  })

  it('puts a joiner in the room that somebody left', () => {
    const harness = new CoreHarness()
    const clients = Array.from({ length: 65 }, (_, index) => harness.join(index))
    const [first] = clients
    assert.ok(first)
    harness.disconnect(first)
    harness.join(100)
    assert.deepEqual(sizesOf(harness), [64, 1])
  })

  it('keeps streams apart', () => {
    const harness = new CoreHarness()
    harness.join(1)
    const other = harness.join(1, { stream: 'sport' as StreamId })
    assert.deepEqual(joinedOf(other).members, [])
    assert.deepEqual(
      harness.core.stats(harness.now, 10).streams.map(({ stream, members }) => [stream, members]),
      [
        ['news', 1],
        ['sport', 1],
      ],
    )
  })

  it('counts fog nodes and followers of each rendition', () => {
    const harness = new CoreHarness()
    harness.join(1, { role: 'fog' })
    harness.join(2, { rendition: rendition('__proto__') })
    const client = harness.join(3, { rendition: rendition('hd') })
    harness.say(client, { kind: 'update', rendition: rendition('sd') })
    const [cell] = cellsOf(harness)
    assert.deepEqual(
      { ...cell, renditions: Object.entries(cell?.renditions ?? {}) },
      {
        id: 1,
        members: 3,
        fog: 1,
        renditions: [
          ['__proto__', 1],
          ['sd', 1],
        ],
      },
    )
  })
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { connects } from '../../sim/nat.js'
import { drawPerson } from '../../sim/person.js'
import { defaultOptions } from '../../sim/sim-options.js'
import { readUplinkMix } from '../../sim/uplink-mix.js'

const mebi = 1_000_000 / 8

describe('the people of a simulation', () => {
  const options = { ...defaultOptions, willingShare: 0.3, hiddenShare: 0.33, stayMedianMs: 120_000 }
  const people = Array.from({ length: 4000 }, (_, index) => drawPerson(options, index))

  function shareOf(is: (person: (typeof people)[number]) => boolean): number {
    return people.filter(is).length / people.length
  }

  function about(actual: number, expected: number): void {
    ok(Math.abs(actual - expected) < 0.03, `${actual}, expected about ${expected}`)
  }

  it('have NATs of which 76 % of pairs connect', () => {
    const pairs = people.map(({ nat }, index) =>
      connects(nat, people[(index + 1) % people.length]?.nat ?? 'open'),
    )
    about(pairs.filter(Boolean).length / pairs.length, 0.76)
  })

  it('have uplinks such as homes have, half of it usable, at most 8 Mbit/s', () => {
    const mbit = (usable: number): number => usable / mebi
    about(
      shareOf(({ uplink }) => mbit(uplink.usableBytesPerSecond) <= 1),
      0.1,
    )
    about(
      shareOf(({ uplink }) => mbit(uplink.usableBytesPerSecond) <= 5),
      0.4,
    )
    about(
      shareOf(({ uplink }) => mbit(uplink.usableBytesPerSecond) === 8),
      0.6,
    )
  })

  it('are willing, hidden and gone as often as asked for', () => {
    about(
      shareOf(({ willing }) => willing),
      0.3,
    )
    about(
      shareOf(({ hidden }) => hidden),
      0.33,
    )
    about(
      shareOf(({ staysMs }) => staysMs < 120_000),
      0.5,
    )
    equal(new Set(people.map(({ member }) => member)).size, people.length)
  })

  it('have the uplinks of a list in turn, all of it usable, and a successor that of the one before', () => {
    const uplinks = readUplinkMix('1.5,3,80')
    ok(uplinks)
    const listed = { ...options, viewers: 4, uplinks }
    const rates = Array.from({ length: 8 }, (_, index) => drawPerson(listed, index)).map(
      ({ uplink }) => uplink.usableBytesPerSecond / mebi,
    )
    deepEqual(rates, [1.5, 3, 80, 1.5, 1.5, 3, 80, 1.5])
    equal(readUplinkMix('3,0'), undefined)
    equal(readUplinkMix('fast'), undefined)
  })

  it('come in turn where that is asked for', () => {
    const inTurn = { ...options, viewers: 4, arrivalMs: 4000, arrivals: 'in-turn' } as const
    deepEqual(
      [0, 1, 2, 3].map((index) => drawPerson(inTurn, index).arrivesAtMs),
      [0, 1000, 2000, 3000],
    )
  })
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Engine } from '../../../client-sdk/src/engine/engine.js'
import { VirtualSwarm } from '../../support/swarm/virtual-swarm.js'
import { nearCdn } from './swarm-checks.js'

const { step } = Engine.prototype

/** Runs a swarm with churn and faults; returns the number of orders that all engines gave, and their hash. */
function trace(seed: number, note: { orders: number; hash: ReturnType<typeof createHash> }): string {
  const cdn = { ...nearCdn, truncateShare: 0.1, broken: (now: number) => now % 13_000 < 700 }
  const swarm = new VirtualSwarm({ seed, viewers: 5, uplinkBytesPerSecond: 500_000, cdn }).run(40_000)
  const [first] = swarm.viewers
  if (first !== undefined) swarm.leave(first)
  swarm.join(9)
  swarm.run(15_000)
  return note.hash.digest('hex')
}

describe('a swarm from a seed', () => {
  let note = { orders: 0, hash: createHash('sha256') }

  beforeEach(() => {
    note = { orders: 0, hash: createHash('sha256') }
    Engine.prototype.step = function (now, input) {
      const outputs = step.call(this, now, input)
      note.orders += outputs.length
      note.hash.update(JSON.stringify([now, input.kind, outputs], (_, value: unknown) => printable(value)))
      return outputs
    }
  })

  afterEach(() => {
    Engine.prototype.step = step
  })

  it('gives the same orders at the same times, every time, and others from another seed', function () {
    this.timeout(60_000)
    const one = trace(7, note)
    const { orders } = note
    assert.ok(orders > 5000, `${orders} orders`)
    note = { orders: 0, hash: createHash('sha256') }
    assert.equal(trace(7, note), one)
    assert.equal(note.orders, orders)
    note = { orders: 0, hash: createHash('sha256') }
    assert.notEqual(trace(8, note), one)
  })
})

/** Blocks are told by their length and first bytes: enough to tell them apart, cheap enough to hash. */
function printable(value: unknown): unknown {
  return value instanceof Uint8Array ? `${value.length}:${value.subarray(0, 8).join()}` : value
}

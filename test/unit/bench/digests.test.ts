import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { digestTable } from '../../bench/digests/digest-table.js'
import { hashingSecondsPerByte } from '../../bench/digests/hashing-cost.js'
import { measureSwarm } from '../../bench/digests/measure-swarm.js'

describe('the benchmark of digests', () => {
  const choice = {
    seed: 1,
    viewers: 4,
    bitsPerSecond: 400_000,
    uplinkBitsPerSecond: 10_000_000,
    spanMs: 8000,
  }

  it('counts copies, times and traffic of the same swarm with digests and without', function () {
    this.timeout(60_000)
    const off = measureSwarm({ ...choice, witnessDelayMs: undefined })
    const required = measureSwarm({ ...choice, witnessDelayMs: 300 })
    assert.deepEqual([off.digestShare, off.hashedShare], [0, 0])
    assert.ok(required.digestShare > 0.001, `${required.digestShare}`)
    assert.ok(required.hashedShare > 0.5 && required.hashedShare < 2.5, `${required.hashedShare}`)
    for (const { copies, completeMedianMs, completeP99Ms, stalls } of [off, required]) {
      assert.ok(copies >= 0.9 && copies <= 4, `${copies} copies`)
      assert.ok(completeMedianMs > 0 && completeMedianMs <= completeP99Ms)
      assert.equal(stalls, 0)
    }
    const lines = digestTable([off, required]).split('\n')
    assert.equal(lines.length, 4)
    assert.match(lines[3] ?? '', /^\| required, 300 ms after birth \| \d\.\d\d \([+-]\d\.\d\d\) \|/)
  })

  it('takes longer for a slower hash', async () => {
    const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
    const quick = (block: Uint8Array, done: (hash: Uint8Array) => void) => done(hashOf(block))
    const slow = (block: Uint8Array, done: (hash: Uint8Array) => void) => {
      for (let time = 0; time < 20; time += 1) hashOf(block)
      quick(block, done)
    }
    assert.ok((await hashingSecondsPerByte(slow, 200)) > 2 * (await hashingSecondsPerByte(quick, 200)))
  })
})

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { chooseFault } from '../../../demo/origin/faults/fault-choice.js'
import { FaultDesk } from '../../../demo/origin/faults/fault-desk.js'
import { changeFaults, noFaults, type FaultSettings } from '../../../demo/origin/faults/fault-settings.js'
import { seededRandom } from '../../../demo/origin/faults/seeded-random.js'

const mixed: FaultSettings = {
  ...noFaults,
  failShare: 0.2,
  truncateShare: 0.3,
  hangShare: 0.1,
  hangPlace: 'inside',
}

describe('the choice of faults', () => {
  it('disturbs nothing by default', () => {
    const random = seededRandom(1)
    for (let index = 0; index < 1000; index += 1) {
      assert.equal(chooseFault(noFaults, 'segment', random).outcome.kind, 'serve')
    }
  })

  it('splits the draw into shares, in order', () => {
    const outcomeAt = (draw: number) => chooseFault(mixed, 'segment', () => draw).outcome
    assert.deepEqual(outcomeAt(0), { kind: 'fail', status: 503 })
    assert.deepEqual(outcomeAt(0.199), { kind: 'fail', status: 503 })
    assert.deepEqual(outcomeAt(0.2), { kind: 'truncate' })
    assert.deepEqual(outcomeAt(0.499), { kind: 'truncate' })
    assert.deepEqual(outcomeAt(0.55), { kind: 'hang', place: 'inside' })
    assert.deepEqual(outcomeAt(0.61), { kind: 'serve' })
  })

  it('always fails at a share of 1', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (seed) => {
        const fault = chooseFault(
          { ...noFaults, failShare: 1, failStatus: 404 },
          'segment',
          seededRandom(seed),
        )
        assert.deepEqual(fault.outcome, { kind: 'fail', status: 404 })
      }),
    )
  })

  it('keeps to its scope', () => {
    const kinds = ['segment', 'init', 'key', 'playlist'] as const
    const hit = (scope: FaultSettings['scope']) =>
      kinds.filter((kind) => chooseFault({ ...noFaults, scope, latencyMs: 5 }, kind, () => 0).latencyMs === 5)
    assert.deepEqual(hit('segments'), ['segment', 'init'])
    assert.deepEqual(hit('playlists'), ['playlist'])
    assert.deepEqual(hit('all'), [...kinds])
  })

  it('comes near the shares, and repeats itself from the same seed', () => {
    const run = (): string[] => {
      const desk = new FaultDesk()
      desk.change({ ...mixed, seed: 7 })
      return Array.from({ length: 5000 }, () => desk.choose('segment').outcome.kind)
    }
    const kinds = run()
    assert.deepEqual(run(), kinds)
    const share = (kind: string) => kinds.filter((one) => one === kind).length / kinds.length
    assert.ok(Math.abs(share('fail') - 0.2) < 0.03, `fail ${share('fail')}`)
    assert.ok(Math.abs(share('truncate') - 0.3) < 0.03, `truncate ${share('truncate')}`)
    assert.ok(Math.abs(share('hang') - 0.1) < 0.03, `hang ${share('hang')}`)
  })

  it('starts over when the seed is named again, and only then', () => {
    const desk = new FaultDesk()
    const take = () => Array.from({ length: 20 }, () => desk.choose('segment').outcome.kind).join()
    desk.change({ failShare: 0.5, seed: 3 })
    const first = take()
    desk.change({ latencyMs: 1 })
    const second = take()
    desk.change({ seed: 3 })
    assert.notEqual(first, second)
    assert.equal(take(), first)
  })
})

describe('a change of faults', () => {
  it('changes only the fields named', () => {
    const result = changeFaults(mixed, { latencyMs: 400 })
    assert.deepEqual(result, { ok: true, settings: { ...mixed, latencyMs: 400 } })
  })

  const mistakes: [change: unknown, field: RegExp][] = [
    [{ failShare: 1.5 }, /^failShare: /],
    [{ failShare: '0.5' }, /^failShare: /],
    [{ failStatus: 200 }, /^failStatus: /],
    [{ latencyMs: -1 }, /^latencyMs: /],
    [{ latencyMs: 1.5 }, /^latencyMs: /],
    [{ hangPlace: 'after' }, /^hangPlace: /],
    [{ scope: 'some' }, /^scope: /],
    [{ ignoreRange: 1 }, /^ignoreRange: /],
    [{ failshare: 0.5 }, /failshare/],
    [{ failShare: 0.6, hangShare: 0.6 }, /^failShare, truncateShare and hangShare: /],
    [[], /./],
    [null, /./],
    ['fail', /./],
  ]
  for (const [change, field] of mistakes) {
    it(`refuses ${JSON.stringify(change)} by name`, () => {
      const result = changeFaults(noFaults, change)
      assert.ok(!result.ok)
      assert.match(result.reason, field)
    })
  }
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { SwarmFigures } from '../../bench/swarm/swarm-figures.js'
import { swarmTable } from '../../bench/swarm/swarm-table.js'
import { figures, plainFigures, viewerFigures } from './swarm-fixtures.js'

describe('the table of swarms', () => {
  it('marks every bar that is met', () => {
    const table = read([plainFigures(), figures()])
    for (const title of ['copies per segment', 'stalls', 'behind live', 'first frame', 'CPU per viewer']) {
      ok(table[1]?.[title]?.endsWith(' ✓'), `${title}: ${table[1]?.[title]}`)
    }
    equal(table[1]?.['duplicates'], '0.0 % ✓')
  })

  it('states the bar where it is missed', () => {
    const missed = figures({
      copies: 1.11,
      stalls: 3,
      latencySeconds: 6.6,
      firstFrameMs: 300,
      cpuPerViewer: 0.09,
      duplicateShare: 0.05,
    })
    const [, row] = read([plainFigures({ stalls: 1 }), missed])
    equal(row?.['copies per segment'], '1.11 (10 segments) ✗ bar 1.10')
    equal(row?.['stalls'], '3 (+2) ✗ bar +0')
    equal(row?.['behind live'], '6.60 s (+0.40 s) ✗ bar +0.30 s')
    equal(row?.['first frame'], '300 ms (1.50 x) ✗ bar 1.10 x')
    equal(row?.['CPU per viewer'], '9.0 % (1.50 x) ✗ bar 1.30 x')
    equal(row?.['duplicates'], '5.0 % ✗ bar 3.0 %')
  })

  it("states offload as the share of plain hls.js's copies that was saved, whatever its viewers say", () => {
    const [plain, row] = read([plainFigures({ copies: 10 }), figures({ copies: 2, offload: 0.9 })])
    equal(row?.['offload by origin'], '80.0 %')
    equal(row?.['as they say'], '90.0 %')
    equal(plain?.['offload by origin'], '-')
  })

  it('holds nothing against plain hls.js, and judges by it only within its shape', () => {
    const table = read([plainFigures(), figures({ shape: '16' })])
    equal(table[0]?.['copies per segment'], '8.00 (10 segments)')
    equal(table[0]?.['duplicates'], '-')
    equal(table[1]?.['behind live'], '6.20 s')
    equal(table[1]?.['stalls'], '0')
  })

  it('states the CPU over that of bare channels, which are held to what they can reach', () => {
    const channel = figures({ player: 'channel', copies: 8, cpuPerViewer: 0.09 })
    const [plain, bare, row] = read([plainFigures(), channel, figures({ cpuPerViewer: 0.1 })])
    const title = "CPU over bare channels'"
    deepEqual([plain?.[title], bare?.[title], row?.[title]], ['-', '-', '1.11 x'])
    equal(bare?.['CPU per viewer'], '9.0 % (1.50 x) ✗ bar 1.30 x')
    deepEqual([bare?.['copies per segment'], bare?.['duplicates']], ['8.00 (10 segments)', '-'])
    equal(read([figures()])[0]?.[title], '-')
  })

  it('states what viewers gave', () => {
    const viewers = [1e6, 2e6].map((uploadedBytes) => ({ ...viewerFigures, uploadedBytes }))
    equal(read([figures({ viewers })])[0]?.['given per viewer'], '1.5 MB')
    equal(read([plainFigures({ viewers })])[0]?.['given per viewer'], '-')
  })

  it('compares with the plain run of the same round', () => {
    const rounds = [1, 2].flatMap((round) => [plainFigures({ stalls: round }), figures({ stalls: round })])
    equal(read(rounds)[3]?.['stalls'], '2 (+0) ✓')
  })

  it('asks as many copies as renditions are in use', () => {
    const run = figures({ shape: '3-renditions', copies: 3.7, renditionsInUse: 3 })
    equal(read([run])[0]?.['copies per segment'], '3.70 (10 segments) ✗ bar 3.60')
  })

  it('states how long digests take, where there are any', () => {
    const table = read([plainFigures(), figures({ digestMs: { median: 310.4, high: 905.6 } })])
    equal(table[0]?.['birth to digest: median, 99 %'], '-')
    equal(table[1]?.['birth to digest: median, 99 %'], '310 ms, 906 ms')
  })

  it('states no CPU time where processes end within the span', () => {
    equal(read([figures({ shape: 'churn' })])[0]?.['CPU per viewer'], '-')
  })

  it('meets no bar with a figure that is not a number', () => {
    equal(read([figures({ copies: Number.NaN })])[0]?.['copies per segment'], 'NaN (10 segments) ✗ bar 1.10')
  })

  it('states round trips where uplinks are limited', () => {
    const run = figures({ roundTrips: { median: 1.2, high: 90, worstViewerHigh: 400 } })
    equal(read([run])[0]?.['round trip: median, 95 %, worst viewer'], '1 ms, 90 ms, 400 ms')
  })
})

/** The rows, each as cells by their titles. */
function read(runs: readonly SwarmFigures[]): Record<string, string>[] {
  const [titles = [], , ...rows] = swarmTable(runs)
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '))
  return rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [titles[index] ?? '', cell])))
}

import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { abrFigures } from '../../bench/abr/abr-figures.js'

const ladder = [600_000, 1_000_000, 1_800_000]

/** Segments born every 2 s from 0 on, each here a second later. */
function viewer(...levels: number[]) {
  return { completions: levels.map((level, index) => ({ bornAt: index * 2000, afterMs: 1000, level })) }
}

describe('figures of players that choose among renditions', () => {
  it('are of the second half of a phase, where they settled', () => {
    const phase = { cdnBitsPerSecond: 1_300_000, from: 4000, to: 12_000 }
    const figures = abrFigures([viewer(2, 2, 2, 1, 0, 0), viewer(2, 2, 2, 1, 1, 0)], phase, ladder)
    deepEqual(figures, { settledBitsPerSecond: 700_000, settledSwitches: 0.5, firstSwitchMs: 3000 })
  })

  it('tell of no change where there was none', () => {
    const phase = { cdnBitsPerSecond: 4_000_000, from: 4000, to: 12_000 }
    const { firstSwitchMs, settledBitsPerSecond } = abrFigures([viewer(2, 2, 2, 2, 2, 2)], phase, ladder)
    deepEqual([firstSwitchMs, settledBitsPerSecond], [undefined, 1_800_000])
  })
})

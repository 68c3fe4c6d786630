import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readCommandLine } from '../../sim/command-line.js'
import { allScenarios } from '../../sim/scenarios/all-scenarios.js'
import { defaultOptions } from '../../sim/sim-options.js'
import { readTuning } from '../../sim/with-tuning.js'
import { readTrouble } from '../../sim/trouble-flag.js'

const read = (...flags: string[]) => readCommandLine(['node', 'sim', ...flags])

describe("the simulator's command line", () => {
  it('without flags is the default run beside one without Prismesh', () => {
    const { options, compare, scenarios } = read()
    deepEqual(options, defaultOptions)
    deepEqual([compare, scenarios], [true, []])
  })

  it('reads units into those of the options', () => {
    const { options } = read(
      '--seconds',
      '30',
      '--bitrate',
      '2.5',
      '--churn',
      '120',
      '--cdn-rate',
      '8',
      '--nat',
      'off',
    )
    const { runMs, bitsPerSecond, stayMedianMs, cdnBytesPerSecond, nat } = options
    deepEqual(
      [runMs, bitsPerSecond, stayMedianMs, cdnBytesPerSecond, nat],
      [30_000, 2_500_000, 120_000, 1_000_000, false],
    )
  })

  it('finds scenarios', () => {
    deepEqual(
      read('--scenario', 'partition').scenarios.map(({ name }) => name),
      ['partition'],
    )
    equal(read('--scenario', 'all', '--short').scenarios.length, allScenarios.length)
  })

  it('takes the shapes of the browser benchmark, and what is given beside them', () => {
    const { options } = read('--bitrate', '2', '--shape', 'limited')
    const { viewers, bitsPerSecond, windowSegments, cdnFirstByteMs, uplinks, paths, nat } = options
    deepEqual(
      { viewers, bitsPerSecond, windowSegments, cdnFirstByteMs, uplinks, paths, nat },
      {
        viewers: 8,
        bitsPerSecond: 2_000_000,
        windowSegments: 6,
        cdnFirstByteMs: 20,
        uplinks: { kind: 'in-turn', mbit: [1.5, 3, 5, 8] },
        paths: 'loopback',
        nat: false,
      },
    )
    deepEqual([options.arrivalMs, options.arrivals], [5600, 'in-turn'])
    equal(read('--shape', 'churn').options.replaceMs, 3000)
  })

  it('takes other values of the tuning, as it is named', () => {
    deepEqual(read('--tune', 'claimRunMs=200', '--tune', 'claimTurns=4').options.tuning, {
      claimRunMs: 200,
      claimTurns: 4,
    })
    for (const text of ['claimRunMs', 'claimRunMs=', 'claimRunMs=-1', 'noSuch=1', 'toString=1']) {
      equal(readTuning(text), undefined)
    }
  })

  it('takes any number of troubles', () => {
    deepEqual(read('--trouble', 'cdn-slow:30:20:0.1', '--trouble', 'tracker-down:5:60').options.trouble, [
      { kind: 'cdn-slow', fromMs: 30_000, forMs: 20_000, rateShare: 0.1 },
      { kind: 'tracker-down', fromMs: 5000, forMs: 60_000 },
    ])
  })

  for (const text of [
    '',
    'cdn-slow:1:2',
    'cdn-slow:1:2:3',
    'cdn-broken:1:2:0.5',
    'cdn-broken:1',
    'rain:1:2:0.5',
    'partition:1:0:0.5',
    'partition::1:0.5',
    'partition:1:1:0.5:1',
  ]) {
    it(`takes "${text}" for no trouble`, () => {
      equal(readTrouble(text), undefined)
    })
  }
})

import { deepEqual, equal, throws } from 'node:assert/strict'
import { Command } from 'commander'
import { describe, it } from 'mocha'
import { resolveOriginOptions } from '../../../demo/origin/origin-options.js'
import { readSwarmOptions } from '../../bench/swarm/command-line.js'
import { shapes } from '../../bench/swarm/shapes.js'

describe("the swarm benchmark's command line", () => {
  it('runs all by default, but for what shares nothing', () => {
    const options = read()
    deepEqual([options.shapes.length, options.players], [10, ['plain', 'peer', 'prismesh']])
    deepEqual([options.rounds, options.peerDefaults, options.save], [1, false, undefined])
    deepEqual([options.sparsePictures, read('--sparse-pictures').sparsePictures], [false, true])
    deepEqual(read('--shapes', 'all').shapes, shapes)
    deepEqual(read('--shapes', '8', '--players', 'all').players, ['plain', 'channel', 'peer', 'prismesh'])
  })

  it('takes shapes in the order given, and the yardstick first', () => {
    const options = read('--shapes', '16,limited', '--players', 'prismesh,plain')
    deepEqual(
      options.shapes.map(({ name }) => name),
      ['16', 'limited'],
    )
    deepEqual(options.players, ['plain', 'prismesh'])
  })

  it('names what it does not know', () => {
    throws(() => read('--shapes', 'limited,32'), /there is no shape "32"; there are limited, limited-2\.5m/)
    throws(
      () => read('--players', 'plain,'),
      /there is no player ""; there are plain, channel, peer, prismesh/,
    )
    throws(() => read('--seconds', '0'), /a whole number from 1 is needed/)
    // Three segments of 4 s, and the four newest, which are not counted.
    throws(() => read('--seconds', '27'), /--seconds must be 28 or more for the shape "limited-4s"/)
    equal(read('--seconds', '27', '--shapes', '8,16').seconds, 27)
    throws(() => read('--players', 'all'), /the player "channel" would break in the shape "churn"/)
    throws(() => read('--rounds', '1.5'), /a whole number from 1 is needed/)
  })
})

describe('shapes of swarms', () => {
  it('have names of their own', () => {
    equal(new Set(shapes.map(({ name }) => name)).size, shapes.length)
  })

  it('are streams that the origin can make', () => {
    for (const { segmentSeconds, windowSegments, ladder } of shapes) {
      resolveOriginOptions({ segmentSeconds, windowSegments, paddedLadder: [...ladder] })
    }
  })

  it('leave uplinks that carry the stream to everyone', () => {
    const limited = shapes.filter(({ uplinksKbits }) => uplinksKbits !== undefined)
    equal(limited.length, 3)
    for (const { name, uplinksKbits, ladder } of limited) {
      const mean = (uplinksKbits ?? []).reduce((sum, rate) => sum + rate, 0) / (uplinksKbits?.length ?? 0)
      equal(mean * 1000 > ladder[0], true, name)
    }
  })
})

function read(...args: string[]) {
  const quiet = new Command().exitOverride().configureOutput({ writeErr: () => {} })
  return readSwarmOptions(args, quiet)
}

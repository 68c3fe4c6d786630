import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, segment } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'
import { blockBytes } from '../../../protocol/block.js'

/** Bytes per second that the CDN gives at first. */
const measured = 1_000_000

/** A viewer whose own measurement said `measured`, and neighbours that had told of their pace before. */
function viewer(paces: readonly number[]): { harness: EngineHarness; neighbours: ScriptedNeighbour[] } {
  const harness = new EngineHarness()
  harness.follow()
  const neighbours = paces.map((permille, index) => {
    const neighbour = harness.link(memberId(index + 2))
    neighbour.says({ kind: 'cdn-pace', permille })
    return neighbour
  })
  fetchOne(harness, 1, measured)
  return { harness, neighbours }
}

/** The player wants the segment, and the CDN gives it so fast. */
function fetchOne(harness: EngineHarness, sequence: number, bytesPerSecond: number): void {
  const wanted = segment(sequence)
  const body = bodyOf(wanted, 10 * blockBytes)
  harness.want(wanted, { deadline: harness.now })
  const { fetch } = harness.fetch
  harness.start(fetch, 0, body.length)
  harness.pass((body.length * 1000) / bytesPerSecond)
  harness.progress(fetch, body)
  harness.end(fetch)
}

/** What the player is told of the CDN with the next segment, which a neighbour gives. */
function toldToPlayer(
  harness: EngineHarness,
  giver: ScriptedNeighbour,
  sequence: number,
): number | undefined {
  const wanted = segment(sequence)
  const body = bodyOf(wanted, 10 * blockBytes)
  giver.has(wanted, body.length)
  harness.want(wanted)
  giver.givesUntilDone(body)
  return harness.of('deliver').at(-1)?.delivery.cdnBytesPerSecond
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) < 0.1 * expected,
    `${actual}, not ${expected}`,
  )
}

describe('how fast the CDN is for others', () => {
  it('is told to all neighbours after each measurement, in proportion to the first', () => {
    const { harness, neighbours } = viewer([1000, 1000])
    for (const neighbour of neighbours) assert.deepEqual(paceTold(neighbour), [1000])
    fetchOne(harness, 2, measured / 4)
    for (const neighbour of neighbours) {
      const [, told = 0] = paceTold(neighbour)
      assert.ok(told > 200 && told < 900, `${told}`)
    }
    assert.equal(paceTold(harness.link(memberId(9))).length, 1, 'and to who links later')
  })

  it('lowers what the player is told as soon as others see it slow down, whatever their lines', () => {
    const { harness, neighbours } = viewer([1000, 80, 4000])
    const [first, second, third] = neighbours as [ScriptedNeighbour, ScriptedNeighbour, ScriptedNeighbour]
    first.says({ kind: 'cdn-pace', permille: 250 })
    second.says({ kind: 'cdn-pace', permille: 24 })
    near(toldToPlayer(harness, third, 2), 0.3 * measured)
  })

  it('is not believed of one neighbour, nor raises anything, nor counts where it differs little', () => {
    for (const told of [[1], [5000, 6000], [800, 900], [1, 1000]]) {
      const { harness, neighbours } = viewer([1000, 1000, 1000])
      for (const [index, permille] of told.entries()) neighbours[index]?.says({ kind: 'cdn-pace', permille })
      near(toldToPlayer(harness, neighbours[2] as ScriptedNeighbour, 2), measured)
    }
  })

  it('counts no more once this member has measured itself', () => {
    const { harness, neighbours } = viewer([1000, 1000])
    for (const neighbour of neighbours) neighbour.says({ kind: 'cdn-pace', permille: 250 })
    near(toldToPlayer(harness, neighbours[0] as ScriptedNeighbour, 2), 0.25 * measured)
    fetchOne(harness, 3, measured)
    near(toldToPlayer(harness, neighbours[0] as ScriptedNeighbour, 4), measured)
  })
})

function paceTold(neighbour: ScriptedNeighbour): number[] {
  return neighbour
    .ordersOf('send')
    .flatMap(({ message }) => (message.kind === 'cdn-pace' ? [message.permille] : []))
}

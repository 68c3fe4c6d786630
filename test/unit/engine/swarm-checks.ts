import assert from 'node:assert/strict'
import type { VirtualCdnShape } from '../../support/swarm/virtual-cdn.js'
import type { VirtualSwarm } from '../../support/swarm/virtual-swarm.js'
import type { VirtualViewer } from '../../support/swarm/virtual-viewer.js'

/** Two segments of the swarm's default length. */
const waitMsMax = 4000

/** 2 s of 2 Mbit/s; a near CDN, ten times as fast. */
export const nearCdn: VirtualCdnShape = { firstByteMs: 40, bytesPerSecond: 2_500_000, segmentBytes: 500_000 }

export function sum(viewers: readonly VirtualViewer[], of: (viewer: VirtualViewer) => number): number {
  return viewers.reduce((total, viewer) => total + of(viewer), 0)
}

/** Whatever happened: no engine failed, and nobody was given a wrong byte or accused of anything. */
export function assertHonest(swarm: VirtualSwarm): void {
  for (const viewer of swarm.everyone) {
    assert.deepEqual(viewer.faults, [])
    assert.equal(viewer.corrupt, 0, 'every delivered byte is the true one')
  }
  const reasons = new Set(swarm.links.map(({ closedWith }) => closedWith))
  for (const reason of reasons) assert.ok([undefined, 'closed', 'remote'].includes(reason), reason)
}

/** Nobody stalled, and each who is still there played at least so many segments, every one in its turn. */
export function assertPlayed(swarm: VirtualSwarm, segmentsMin: number): void {
  assertHonest(swarm)
  for (const viewer of swarm.everyone) assert.equal(viewer.stalls, 0, `stalls of ${viewer.member}`)
  for (const viewer of swarm.viewers) {
    const sequences = viewer.delivered.map(({ sequence }) => sequence)
    const [first = 0] = sequences
    assert.ok(sequences.length >= segmentsMin, `${sequences.length} segments`)
    assert.deepEqual(
      sequences,
      sequences.map((_, index) => first + index),
      'each segment once, in order',
    )
  }
}

/**
 * Every byte that one gave, another took. To be asked when nobody has left. What is under way is waited for: there
 * is a moment without soon, between two segments. A byte lost from the books is missing at every moment after.
 */
export function assertConserved(swarm: VirtualSwarm): void {
  for (let waited = 0; waited < waitMsMax && givenAndTaken(swarm).differ; waited += 1) swarm.run(1)
  const { given, taken } = givenAndTaken(swarm)
  assert.equal(given, taken)
}

function givenAndTaken({ everyone }: VirtualSwarm) {
  const given = sum(everyone, ({ driver }) => driver.totals.uploadedBytes)
  const taken = sum(everyone, ({ driver }) => driver.totals.peerBytes + driver.totals.wastedPeerBytes)
  return { given, taken, differ: given !== taken }
}

import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { assertIntact } from '../support/browser/assert-intact.js'
import { report, type Rig, type RigOptions, type ViewerOptions } from '../support/browser/rig.js'
import { paddedOrigin } from '../support/browser/use-rig.js'
import type { MeshReport, ViewerReport } from '../support/browser/viewer-report.js'
import { untilPlays } from '../support/browser/viewers.js'
import { witnessOf } from '../support/witness-of-origin.js'
import { isLong } from './attack-report.js'

/** Viewers as they come: blocks of others are verified. What their players get is kept for the comparison. */
export const verifying: ViewerOptions = { record: true, options: { integrity: 'required' } }

/** A rig whose tracker witnesses its origin, which is on this machine. */
export const witnessed: RigOptions = {
  // What was delivered is compared at the end with what the origin has: in the long form that is many minutes later.
  origin: isLong ? { ...paddedOrigin, graceSegments: 900 } : paddedOrigin,
  tracker: (streamUrl) => ({
    ...witnessOf(streamUrl),
    // Tracker, tests and browser share a machine: a busy one must not turn away who is to be attacked, or attacks.
    loopDelayMaxMs: 0,
  }),
}

export function reportsOf(pages: readonly Page[]): Promise<ViewerReport[]> {
  return Promise.all(pages.map((page) => report(page)))
}

/** Of a stream whose segments are alike. */
export function segmentBytesOf(rig: Rig): number {
  const [segment] = rig.origin.stats().segments
  assert.ok(segment, 'nothing was fetched yet')
  return segment.sizeBytes
}

export function sumOf(viewers: readonly ViewerReport[], figure: (mesh: MeshReport) => number): number {
  return viewers.reduce((sum, { mesh }) => sum + (mesh ? figure(mesh) : 0), 0)
}

/** Whatever was done to them: they play on for so long, without one stall more, and nothing but the origin's bytes. */
export async function assertUnharmed(
  pages: readonly Page[],
  before: readonly ViewerReport[],
  seconds: number,
): Promise<ViewerReport[]> {
  await Promise.all(pages.map((page) => untilPlays(page, seconds)))
  const after = await reportsOf(pages)
  for (const [index, viewer] of after.entries()) {
    assert.equal(viewer.stalls, before[index]?.stalls, `viewer ${index} stalled`)
    assert.deepEqual(viewer.fatalErrors, [])
    assert.deepEqual(viewer.mesh?.warnings, [])
  }
  await assertIntact(pages, 4)
  return after
}

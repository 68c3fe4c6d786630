import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { coreCount, idleCoreSeconds } from '../idle-cores.js'
import { report, type ViewerWindow } from '../../support/browser/rig.js'
import type { ViewerReport } from '../../support/browser/viewer-report.js'
import { RoundTrips } from './network/round-trips.js'
import { swarmFigures, type SwarmFigures, type ViewerSpan } from './swarm-figures.js'
import { SwarmRig, type SwarmRigOptions } from './swarm-rig.js'

export interface SwarmRun extends SwarmRigOptions {
  /** Measured span, after the warm-up. */
  readonly seconds: number
}

/** Time for links to be made after the last arrival, before anything is counted. */
const warmUpMs = 15_000

/** Runs one swarm of real tabs against a fresh origin and tracker, and counts. */
export async function measureSwarm(run: SwarmRun): Promise<SwarmFigures> {
  const { shape, network } = run
  const rig = await SwarmRig.start(run)
  try {
    const watching: Watching[] = []
    await arrive(rig, run, watching)
    await sleep(warmUpMs)
    const roundTrips =
      network === undefined ? undefined : new RoundTrips(network.viewers.map(({ address }) => address))
    for (const viewer of watching) viewer.before = await report(viewer.page)
    const before = rig.origin.stats()
    const usedBefore = rig.usage()
    const idleBefore = idleCoreSeconds()
    const beganAt = performance.now()
    const beganAtMs = Date.now()
    const left =
      shape.churnSeconds === undefined
        ? []
        : await churn(rig, watching, shape.churnSeconds * 1000, beganAt + run.seconds * 1000)
    await sleep(Math.max(0, beganAt + run.seconds * 1000 - performance.now()))
    const usedAfter = rig.usage()
    const idleAfter = idleCoreSeconds()
    const elapsedSeconds = (performance.now() - beganAt) / 1000
    const stayed = await Promise.all(
      watching.map(async (viewer) => ({ before: viewer.before, after: await report(viewer.page) })),
    )
    const after = rig.origin.stats()
    await roundTrips?.stop()
    return swarmFigures({
      player: run.player,
      shape,
      origin: { before, after },
      viewers: [...left, ...stayed],
      cpuSeconds: (usedAfter.cpuSeconds - usedBefore.cpuSeconds) / elapsedSeconds,
      memoryBytes: usedAfter.memoryBytes,
      idleShare: (idleAfter - idleBefore) / elapsedSeconds / coreCount(),
      beganAtMs,
      roundTripsMs: roundTrips?.samples,
    })
  } finally {
    await rig.close()
  }
}

interface Watching {
  readonly page: Page
  /** What it said when the span began; absent for those who came later. */
  before?: ViewerReport
}

/** Pages are loaded ahead, so that arrivals are as far apart as the shape says, however busy the machine is. */
async function arrive(rig: SwarmRig, { shape }: SwarmRun, watching: Watching[]): Promise<void> {
  for (let index = 0; index < shape.viewers; index += 1) watching.push({ page: await rig.open() })
  for (const { page } of watching) {
    const began = performance.now()
    await start(page)
    await sleep(Math.max(0, shape.arrivalMs - (performance.now() - began)))
  }
}

/** Lets the oldest viewer leave and a new one come, again and again; resolves with what those who left had said. */
async function churn(
  rig: SwarmRig,
  watching: Watching[],
  intervalMs: number,
  untilMs: number,
): Promise<ViewerSpan[]> {
  const left: ViewerSpan[] = []
  for (let atMs = performance.now() + intervalMs; atMs < untilMs; atMs += intervalMs) {
    await sleep(Math.max(0, atMs - performance.now()))
    const leaving = watching.shift()
    if (leaving !== undefined) {
      left.push({ before: leaving.before, after: await report(leaving.page) })
      await leaving.page.close()
    }
    const page = await rig.open()
    watching.push({ page })
    await start(page)
  }
  return left
}

function start(page: Page): Promise<void> {
  return page.evaluate(() => (window as unknown as ViewerWindow).viewer.start())
}

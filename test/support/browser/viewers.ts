import type { Page } from 'playwright'
import { report, until, type Rig, type ViewerOptions, type ViewerWindow } from './rig.js'
import type { ViewerReport } from './viewer-report.js'

/** Room for a condition that a quiet machine meets in a few seconds. */
export const patienceMs = 45_000

/** Opens that many viewers one after the other. */
export async function openViewers(rig: Rig, count: number, options?: ViewerOptions): Promise<Page[]> {
  const pages: Page[] = []
  for (let index = 0; index < count; index += 1) pages.push(await rig.open(options))
  return pages
}

/** Opens two viewers and waits until they are linked and the picture moves at both. */
export async function openPair(rig: Rig, options?: ViewerOptions): Promise<[Page, Page]> {
  const first = await rig.open(options)
  await untilPlays(first, 1)
  const second = await rig.open(options)
  await Promise.all([untilLinked(first), untilLinked(second), untilPlays(second, 1)])
  return [first, second]
}

export function untilLinked(page: Page, links = 1): Promise<ViewerReport> {
  return until(page, ({ mesh }) => mesh?.links === links, `${links} links`, patienceMs)
}

/** Until playback has gone on by so many seconds from where it is now; a fatal error ends the wait. */
export async function untilPlays(
  page: Page,
  seconds: number,
  timeoutMs = patienceMs + seconds * 1000,
): Promise<ViewerReport> {
  const { playedSeconds } = await report(page)
  const end = await until(
    page,
    (viewer) => viewer.fatalErrors.length > 0 || viewer.playedSeconds >= playedSeconds + seconds,
    `${seconds} seconds more of playback from ${playedSeconds}`,
    timeoutMs,
  )
  if (end.fatalErrors.length > 0) throw new Error(`fatal errors of the player: ${end.fatalErrors.join(', ')}`)
  return end
}

/** Until so many bytes more than now have come from other viewers. */
export async function untilTakes(page: Page, bytes: number): Promise<ViewerReport> {
  const before = (await report(page)).mesh?.peerBytes ?? 0
  return until(
    page,
    ({ mesh }) => (mesh?.peerBytes ?? 0) >= before + bytes,
    `${bytes} bytes from others beyond ${before}`,
    patienceMs,
  )
}

export function setConsent(page: Page, agreed: boolean): Promise<void> {
  return page.evaluate((answer) => (window as unknown as ViewerWindow).viewer.mesh.setConsent(answer), agreed)
}

export async function reasons(page: Page): Promise<readonly string[]> {
  return (await report(page)).mesh?.reasons ?? []
}

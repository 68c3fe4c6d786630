import assert from 'node:assert/strict'
import { useRig } from '../support/browser/use-rig.js'
import { openViewers, patienceMs, untilLinked, untilPlays } from '../support/browser/viewers.js'
import { until, type ViewerOptions } from '../support/browser/rig.js'
import { isLong, tell } from './attack-report.js'
import { reportsOf, verifying, witnessed } from './victims.js'

const seconds = isLong ? 60 : 8
const capBytesPerSecond = 40_000
/** Of a session: less than a segment. */
const uploadBytesMax = 100_000
/** A bucket's worth beyond the rate, and a block that was begun. */
const capSlackBytes = 2 * capBytesPerSecond + 32_768

/** The part of NetworkInformation that the SDK reads. */
function onCellular(): void {
  Object.defineProperty(navigator, 'connection', {
    value: Object.assign(new EventTarget(), { type: 'cellular', saveData: false }),
  })
}

function savingData(): void {
  Object.defineProperty(navigator, 'connection', {
    value: Object.assign(new EventTarget(), { type: 'wifi', saveData: true }),
  })
}

/** What a page sees when another tab is in front; a Chromium without a window never says so by itself. */
function hidden(): void {
  Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
  Object.defineProperty(document, 'hidden', { get: () => true })
}

function onBattery(): void {
  const battery = Object.assign(new EventTarget(), { level: 0.1, charging: false })
  Object.assign(navigator, { getBattery: () => Promise.resolve(battery) })
}

interface Circumstances extends ViewerOptions {
  /** The code by which such a viewer's stats say why. */
  readonly reason: string
}

const circumstances: Readonly<Record<string, Circumstances>> = {
  'who was not asked': { ...verifying, consent: 'none', reason: 'no-consent' },
  'who refused': { ...verifying, consent: 'no', reason: 'no-consent' },
  'on a cellular network': { ...verifying, initScript: onCellular, reason: 'cellular' },
  'with data saving on': { ...verifying, initScript: savingData, reason: 'save-data' },
  'on a low battery': { ...verifying, initScript: onBattery, reason: 'battery-low' },
  'in a hidden tab, on a page that gives nothing there': {
    ...verifying,
    initScript: hidden,
    options: { ...verifying.options, uploadWhenHidden: false },
    reason: 'upload-hidden',
  },
  'whose page gives nothing': {
    ...verifying,
    options: { ...verifying.options, uploadBytesPerSecondMax: 0 },
    reason: 'not-uploading',
  },
}

describe('attack: a site uses what its viewers did not offer', function () {
  this.timeout(isLong ? 600_000 : 150_000)
  const setup = useRig(witnessed)

  it('nothing is uploaded without consent, on cellular, with data saving, a low battery, or a cap of 0', async () => {
    const { rig } = setup
    const [asking] = await openViewers(rig, 1, verifying)
    assert.ok(asking)
    const pages = []
    for (const { reason: _, ...options } of Object.values(circumstances)) pages.push(await rig.open(options))
    await Promise.all([asking, ...pages].map((page) => untilPlays(page, seconds)))
    const reports = await reportsOf(pages)
    for (const [index, [what, { reason }]] of Object.entries(circumstances).entries()) {
      assert.equal(reports[index]?.mesh?.uploadedBytes, 0, what)
      assert.equal(reports[index]?.mesh?.uploadRule, reason, what)
      if (what.startsWith('who ')) assert.equal(reports[index]?.peerConnections, 0, what)
    }
    tell(
      `one who takes, among viewers ${Object.keys(circumstances).join(', ')}`,
      `${reports.map(({ mesh }) => mesh?.uploadedBytes).join(', ')} bytes uploaded; no connection without consent`,
    )
  })

  it('uploads end at the bytes of a session, and viewers who take play on', async () => {
    const { rig } = setup
    const giver = await rig.open({ ...verifying, options: { ...verifying.options, uploadBytesMax } })
    await untilPlays(giver, 1)
    const takers = await openViewers(rig, 2, {
      ...verifying,
      options: { ...verifying.options, uploadBytesPerSecondMax: 0 },
    })
    await untilLinked(giver, 2)
    await until(
      giver,
      ({ mesh }) => mesh?.reasons.includes('session-cap-reached') === true,
      'the cap is reached',
      patienceMs,
    )
    await Promise.all(takers.map((page) => untilPlays(page, seconds)))
    const [after] = await reportsOf([giver])
    const given = after?.mesh?.uploadedBytes ?? 0
    assert.ok(given > 0 && given <= uploadBytesMax, `${given} bytes of ${uploadBytesMax}`)
    assert.equal(after?.mesh?.uploadRule, 'session-cap-reached')
    tell(`two who only take of one with ${uploadBytesMax} bytes to give`, `${given} bytes uploaded`)
  })

  it('uploads stay within the cap, also in a hidden tab', async () => {
    const { rig } = setup
    const capped = {
      ...verifying,
      options: { ...verifying.options, uploadBytesPerSecondMax: capBytesPerSecond },
    }
    const giver = await rig.open({ ...capped, initScript: hidden })
    await untilPlays(giver, 1)
    const takers = await openViewers(rig, 2, {
      ...verifying,
      options: { ...verifying.options, uploadBytesPerSecondMax: 0 },
    })
    await untilLinked(giver, 2)
    const began = performance.now()
    const [before] = await reportsOf([giver])
    assert.equal(await giver.evaluate(() => document.visibilityState), 'hidden')
    await Promise.all(takers.map((page) => untilPlays(page, seconds)))
    const [after] = await reportsOf([giver])
    const tookSeconds = (performance.now() - began) / 1000
    const given = (after?.mesh?.uploadedBytes ?? 0) - (before?.mesh?.uploadedBytes ?? 0)
    assert.ok(given > 0, 'nothing was given: it proves nothing')
    assert.ok(given <= capBytesPerSecond * tookSeconds + capSlackBytes, `${given} bytes in ${tookSeconds} s`)
    tell(
      `two who only take of one with a cap of ${capBytesPerSecond} bytes per second, in a tab that is hidden`,
      `${Math.round(given / tookSeconds)} bytes per second uploaded`,
    )
  })
})

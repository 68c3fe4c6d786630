import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, patienceMs, untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'

/** What the page's scripts change of the device, as its browser would. */
interface DeviceWindow {
  changeDevice(): void
}

/** A device about which the browser tells what a desktop's Chromium does not; `changeDevice` mends it. */
const devices = {
  'save-data': () => {
    const connection = Object.assign(new EventTarget(), { saveData: true, type: 'wifi' })
    Object.defineProperty(navigator, 'connection', { value: connection })
    const changeDevice = (): void => {
      connection.saveData = false
      connection.dispatchEvent(new Event('change'))
    }
    Object.assign(window, { changeDevice })
  },
  cellular: () => {
    const connection = Object.assign(new EventTarget(), { type: 'cellular' })
    Object.defineProperty(navigator, 'connection', { value: connection })
    const changeDevice = (): void => {
      connection.type = 'wifi'
      connection.dispatchEvent(new Event('change'))
    }
    Object.assign(window, { changeDevice })
  },
  'battery-low': () => {
    const battery = Object.assign(new EventTarget(), { level: 0.15, charging: false })
    Object.assign(navigator, { getBattery: () => Promise.resolve(battery) })
    const changeDevice = (): void => {
      battery.charging = true
      battery.dispatchEvent(new Event('chargingchange'))
    }
    Object.assign(window, { changeDevice })
  },
  'upload-hidden': () => {
    let state = 'hidden'
    Object.defineProperty(document, 'visibilityState', { get: () => state })
    const changeDevice = (): void => {
      state = 'visible'
      document.dispatchEvent(new Event('visibilitychange'))
    }
    Object.assign(window, { changeDevice })
  },
} as const

describe('rules for uploads', function () {
  this.timeout(120_000)
  const setup = useRig()

  for (const [code, initScript] of Object.entries(devices)) {
    it(`give nothing: ${code}; the viewer takes all the same, and gives when that has changed`, async () => {
      const { rig } = setup
      const first = await rig.open()
      await untilPlays(first, 1)
      const second = await rig.open({ initScript, options: { uploadWhenHidden: false } })
      await Promise.all([untilLinked(first), untilLinked(second)])
      await untilTakes(second, 1)
      const viewer = await untilPlays(second, 3)
      assert.ok(viewer.mesh?.reasons.includes(code), String(viewer.mesh?.reasons))
      assert.equal(viewer.mesh?.uploadRule, code)
      assert.equal(viewer.mesh?.uploadedBytes, 0)
      assert.equal((await report(first)).mesh?.peerBytes, 0)
      await second.evaluate(() => (window as unknown as DeviceWindow).changeDevice())
      await until(second, ({ mesh }) => !mesh?.reasons.includes(code), `no ${code}`, patienceMs)
      await until(second, ({ mesh }) => (mesh?.uploadedBytes ?? 0) > 0, 'it gives', patienceMs)
    })
  }

  it('stop at the bytes of a session, say so, and let the viewer play on', async () => {
    const uploadBytesMax = 100_000
    const pair = await openPair(setup.rig, { options: { uploadBytesMax } })
    const spent = (page: Page) =>
      until(
        page,
        ({ mesh }) => mesh?.reasons.includes('session-cap-reached') === true,
        'the cap',
        patienceMs,
      ).then(() => page)
    const page = await Promise.any(pair.map(spent))
    const after = await untilPlays(page, 4)
    assert.ok((after.mesh?.uploadedBytes ?? 0) <= uploadBytesMax, `${after.mesh?.uploadedBytes} bytes`)
    assert.ok((after.mesh?.uploadedBytes ?? 0) > uploadBytesMax - 2 * 16_384)
    const { members } = setup.rig.tracker.stats().totals
    assert.equal(members, 2)
  })

  it('know no battery where the browser refuses to tell', async () => {
    const page = await setup.rig.open({
      initScript: () => Object.assign(navigator, { getBattery: () => Promise.reject(new Error('policy')) }),
    })
    const viewer = await until(page, ({ mesh }) => mesh?.reasons[0] === 'alone', 'joined', patienceMs)
    assert.deepEqual([viewer.mesh?.warnings, viewer.mesh?.reasons], [[], ['alone']])
  })
})

import assert, { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { BatteryWatch } from '../../../client-sdk/src/battery-watch.js'
import { uploadObstacle, type Device, type UploadObstacle } from '../../../client-sdk/src/device.js'
import { browserEnvironment } from '../../../client-sdk/src/environment.js'
import { readPageSwitches } from '../../../client-sdk/src/page-switches.js'

describe('readPageSwitches', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['?prismesh', []],
    ['?prismesh=on', []],
    ['?other=off', []],
    ['?prismesh=off', ['off']],
    ['?a=1&prismesh=debug', ['debug']],
    ['?prismesh=off,debug', ['off', 'debug']],
    ['?prismesh=off&prismesh=debug', ['off', 'debug']],
  ]
  for (const [search, switches] of cases) {
    it(`reads ${switches.join(' and ') || 'nothing'} in "${search}"`, () => {
      deepEqual([...readPageSwitches(search)], switches)
    })
  }
})

describe('uploadObstacle', () => {
  const rules = { uploadBatteryMin: 0.2, uploadWhenHidden: true }
  const device = { connection: undefined, battery: undefined, page: 'visible' } as const
  const cases: readonly (readonly [Partial<Device>, Partial<typeof rules>, UploadObstacle | undefined])[] = [
    [{}, {}, undefined],
    [{ connection: {} }, {}, undefined],
    [{ connection: { saveData: false, type: 'wifi' } }, {}, undefined],
    [{ connection: { saveData: true, type: 'cellular' } }, {}, 'save-data'],
    [{ connection: { type: 'cellular' } }, {}, 'cellular'],
    [{ battery: { level: 0.19, charging: false } }, {}, 'battery-low'],
    [{ battery: { level: 0.2, charging: false } }, {}, undefined],
    [{ battery: { level: 0.01, charging: true } }, {}, undefined],
    [{ battery: { level: 0, charging: false } }, { uploadBatteryMin: 0 }, undefined],
    [{ battery: { level: 0.9, charging: false } }, { uploadBatteryMin: 1 }, 'battery-low'],
    [{ page: 'hidden' }, {}, undefined],
    [{ page: 'hidden' }, { uploadWhenHidden: false }, 'upload-hidden'],
    [{}, { uploadWhenHidden: false }, undefined],
  ]
  for (const [told, changes, obstacle] of cases) {
    it(`is ${obstacle ?? 'none'} for ${JSON.stringify([told, changes])}`, () => {
      equal(uploadObstacle({ ...device, ...told }, { ...rules, ...changes }), obstacle)
    })
  }
})

describe('BatteryWatch', () => {
  /** A browser that tells of its battery when the test says so. */
  async function tell(getBattery: () => Promise<unknown>, test: () => Promise<void>): Promise<void> {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
    Object.defineProperty(globalThis, 'navigator', { value: { getBattery }, configurable: true })
    try {
      await test()
    } finally {
      if (own === undefined) Reflect.deleteProperty(globalThis, 'navigator')
      else Object.defineProperty(globalThis, 'navigator', own)
    }
  }

  it('knows the battery once the browser told, hears of changes, and takes its listeners back', async () => {
    const battery = Object.assign(new CountingTarget(), { level: 0.5, charging: false })
    await tell(
      () => Promise.resolve(battery),
      async () => {
        const watch = new BatteryWatch()
        let changes = 0
        const stop = watch.start(() => (changes += 1))
        const level = (): number | undefined => watch.info?.level
        equal(level(), undefined)
        await new Promise(setImmediate)
        deepEqual([level(), changes, battery.count], [0.5, 1, 2])
        battery.level = 0.1
        battery.dispatchEvent(new Event('levelchange'))
        deepEqual([level(), changes], [0.1, 2])
        stop()
        equal(battery.count, 0)
      },
    )
  })

  it('listens to nothing when it was stopped before the browser told, and bears a refusal', async () => {
    const battery = Object.assign(new CountingTarget(), { level: 0.5, charging: false })
    const answers = [
      () => Promise.resolve(battery),
      () => Promise.reject(new Error('no')),
      () => assert.fail(),
    ]
    for (const answer of answers) {
      await tell(answer, async () => {
        new BatteryWatch().start(() => assert.fail('a stopped watch was told'))()
        await new Promise(setImmediate)
        equal(battery.count, 0)
      })
    }
  })
})

describe('browserEnvironment', () => {
  it('can be read where there is no browser', () => {
    deepEqual(
      [browserEnvironment.search, browserEnvironment.webrtc, browserEnvironment.page],
      ['', 'missing', 'visible'],
    )
    browserEnvironment.watch({ deviceChanged() {}, networkReturned() {}, pageLeft() {} }, { battery: true })()
  })

  it('takes back every listener', () => {
    const scope = globalThis as Record<string, unknown>
    const target = new CountingTarget()
    scope['window'] = scope['document'] = target
    try {
      const heard: string[] = []
      const listener = {
        deviceChanged: () => void heard.push('device'),
        networkReturned: () => void heard.push('network'),
        pageLeft: () => void heard.push('left'),
      }
      const stop = browserEnvironment.watch(listener, { battery: false })
      for (const event of ['online', 'pageshow', 'resume', 'change']) target.dispatchEvent(new Event(event))
      deepEqual(heard, ['network', 'network', 'network'])
      target.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }))
      equal(heard.includes('left'), false)
      target.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }))
      equal(heard.at(-1), 'left')
      target.dispatchEvent(new Event('visibilitychange'))
      equal(heard.at(-1), 'device')
      equal(target.count, 5)
      stop()
      equal(target.count, 0)
    } finally {
      delete scope['window']
      delete scope['document']
    }
  })
})

class CountingTarget extends EventTarget {
  count = 0

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.count += 1
    super.addEventListener(...args)
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.count -= 1
    super.removeEventListener(...args)
  }
}

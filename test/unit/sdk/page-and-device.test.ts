import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { uploadObstacle } from '../../../client-sdk/src/device.js'
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
  it('is the owner saving data, or paying by the byte', () => {
    equal(uploadObstacle(undefined), undefined)
    equal(uploadObstacle({}), undefined)
    equal(uploadObstacle({ saveData: false, type: 'wifi' }), undefined)
    equal(uploadObstacle({ saveData: true, type: 'cellular' }), 'save-data')
    equal(uploadObstacle({ type: 'cellular' }), 'cellular')
  })
})

describe('browserEnvironment', () => {
  it('can be read where there is no browser', () => {
    deepEqual(
      [browserEnvironment.search, browserEnvironment.webrtc, browserEnvironment.page],
      ['', 'missing', 'visible'],
    )
    browserEnvironment.watch({ connectionChanged() {}, networkReturned() {}, pageLeft() {} })()
  })

  it('takes back every listener', () => {
    const scope = globalThis as Record<string, unknown>
    const target = new CountingTarget()
    scope['window'] = scope['document'] = target
    try {
      const heard: string[] = []
      const stop = browserEnvironment.watch({
        connectionChanged: () => void heard.push('connection'),
        networkReturned: () => void heard.push('network'),
        pageLeft: () => void heard.push('left'),
      })
      for (const event of ['online', 'pageshow', 'resume', 'change']) target.dispatchEvent(new Event(event))
      deepEqual(heard, ['network', 'network', 'network'])
      target.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }))
      equal(heard.includes('left'), false)
      target.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }))
      equal(heard.at(-1), 'left')
      equal(target.count, 4)
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

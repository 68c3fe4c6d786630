import assert from 'node:assert/strict'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, patienceMs, reasons, untilPlays } from '../support/browser/viewers.js'

describe('a browser that lacks or forbids something', function () {
  this.timeout(150_000)
  const setup = useRig()

  it('plays without WebRTC, and says why it does not share', async () => {
    const page = await setup.rig.open({
      initScript: () => Reflect.deleteProperty(window, 'RTCPeerConnection'),
    })
    const viewer = await untilPlays(page, 2)
    assert.deepEqual(viewer.mesh?.reasons, ['no-webrtc'])
    assert.deepEqual(viewer.mesh?.warnings, ['no-webrtc'])
    assert.equal(setup.rig.tracker.stats().totals.members, 0)
  })

  it('plays where making a connection throws', async () => {
    const forbidden = await setup.rig.open({
      initScript: () => {
        window.RTCPeerConnection = function () {
          throw new DOMException('no', 'NotAllowedError')
        } as unknown as typeof RTCPeerConnection
      },
    })
    const other = await setup.rig.open()
    await until(forbidden, ({ mesh }) => mesh?.reasons[0] === 'no-link-yet', 'another member', patienceMs)
    const viewers = await Promise.all([untilPlays(forbidden, 2), untilPlays(other, 2)])
    for (const viewer of viewers) {
      assert.deepEqual(viewer.mesh?.warnings, [])
      assert.equal(viewer.mesh?.links, 0)
    }
  })

  it('meets a bug of its own in the middle of sharing: plays on from the CDN, and warns once', async () => {
    const [first, second] = await openPair(setup.rig, { initScript: makeEngineBreakable })
    const stallsBefore = (await report(second)).stalls
    await second.evaluate(() => Object.assign(window, { engineBroken: true }))
    const broken = await until(second, ({ mesh }) => mesh?.reasons[0] === 'faulted', 'the fault', patienceMs)
    assert.deepEqual(broken.mesh?.warnings, ['faulted'])
    assert.equal(broken.mesh?.links, 0)
    await until(first, ({ mesh }) => mesh?.links === 0, 'the link is gone at the other end', patienceMs)

    const [honest, after] = await Promise.all([untilPlays(first, 4), untilPlays(second, 4)])
    assert.deepEqual(after.mesh?.warnings, ['faulted'])
    assert.deepEqual(await reasons(second), ['faulted'])
    assert.equal(after.stalls, stallsBefore)
    assert.ok((after.mesh?.cdnBytes ?? 0) > (broken.mesh?.cdnBytes ?? 0))
    assert.deepEqual(honest.mesh?.warnings, [])
  })
})

/** Runs in the page: arms a single failure of `splice(0)`, with which the engine hands out its orders. */
function makeEngineBreakable(): void {
  const page = window as { engineBroken?: boolean }
  const { splice } = Array.prototype
  Object.assign(Array.prototype, {
    splice(this: unknown[], ...args: Parameters<typeof splice>) {
      if (page.engineBroken === true && args.length === 1 && args[0] === 0) {
        const caller = new Error().stack?.split('\n')[2] ?? ''
        if (caller.includes('/sdk/prismesh')) {
          page.engineBroken = false
          throw new Error('an injected bug')
        }
      }
      return splice.apply(this, args)
    },
  })
}

describe('a content security policy that allows the CDN and not the tracker', function () {
  this.timeout(120_000)
  const setup = useRig({ pageHeaders: { 'content-security-policy': 'connect-src http:' } })

  it('costs the sharing, and no more', async () => {
    const page = await setup.rig.open()
    const viewer = await until(
      page,
      ({ mesh }) => mesh?.reasons[0] === 'tracker-unreachable',
      'the tracker is given up for now',
      patienceMs,
    )
    assert.deepEqual(viewer.mesh?.warnings, ['tracker-unreachable'])
    await untilPlays(page, 2)
    assert.equal(setup.rig.tracker.stats().totals.members, 0)
  })
})

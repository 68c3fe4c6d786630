import assert from 'node:assert/strict'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, openViewers, patienceMs, setConsent, untilLinked } from '../support/browser/viewers.js'

describe('links in view of the page', function () {
  this.timeout(150_000)
  const setup = useRig()

  it('that end by a withdrawal are told as closed, with its code', async () => {
    const [, second] = await openPair(setup.rig)
    await setConsent(second, false)
    await until(second, ({ linksClosed }) => linksClosed.includes('consent-withdrawn'), 'the event', 5000)
  })

  it('let each of three viewers take something from the others', async () => {
    const pages = await openViewers(setup.rig, 3)
    await Promise.all(pages.map((page) => untilLinked(page, 2)))
    await Promise.all(
      pages.map((page) => until(page, ({ mesh }) => (mesh?.peerBytes ?? 0) > 0, 'bytes taken', patienceMs)),
    )
  })

  it('to a tab that was closed end within a few seconds', async () => {
    const [first, second] = await openPair(setup.rig)
    await second.close()
    await until(first, ({ mesh }) => mesh?.links === 0, 'the link is gone', 5000)
    assert.equal((await report(first)).linksClosed.length, 1)
  })
})

describe('a tracker that a content security policy forbids', function () {
  this.timeout(60_000)
  const setup = useRig({ pageHeaders: { 'content-security-policy': 'connect-src http:' } })

  it('is noticed at once, not after the 10 s of the join time-out', async () => {
    const page = await setup.rig.open()
    await until(page, ({ mesh }) => mesh?.reasons[0] === 'tracker-unreachable', 'the warning', 5000)
  })
})

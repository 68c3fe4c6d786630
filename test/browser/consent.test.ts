import assert from 'node:assert/strict'
import { report, until, type ViewerWindow } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import {
  openPair,
  patienceMs,
  reasons,
  setConsent,
  untilLinked,
  untilPlays,
  untilTakes,
} from '../support/browser/viewers.js'

/** How soon a withdrawal must have ended every link, at both ends. */
const withdrawalMs = 1000

describe('consent', function () {
  this.timeout(150_000)
  const setup = useRig()

  for (const [what, options, reason] of [
    ['was not asked for', { consent: 'none' }, 'no-consent'],
    ['was refused', { consent: 'no' }, 'no-consent'],
    ['was not answered yet', { consent: 'ask' }, 'consent-pending'],
    [
      'does not matter, because the page is opened with ?prismesh=off',
      { query: 'prismesh=off' },
      'switched-off-by-page',
    ],
    ['does not matter, because the page disabled sharing', { options: { enabled: false } }, 'disabled'],
  ] as const) {
    it(`${what}: the stream plays, and nobody is told of the viewer`, async () => {
      const { rig } = setup
      const page = await rig.open({ ...options, start: 'manual' })
      const sockets: string[] = []
      page.on('websocket', (socket) => sockets.push(socket.url()))
      await page.evaluate(() => (window as unknown as ViewerWindow).viewer.start())
      const viewer = await untilPlays(page, 2)
      assert.deepEqual(viewer.mesh?.reasons, [reason])
      assert.equal(viewer.peerConnections, 0)
      assert.deepEqual(sockets, [])
      assert.equal(rig.tracker.stats().totals.members, 0)
      assert.deepEqual(viewer.mesh.warnings, [])
    })
  }

  it('is taken from the page’s function, whenever it answers', async () => {
    const { rig } = setup
    const first = await rig.open()
    const second = await rig.open({ consent: 'ask' })
    await untilPlays(second, 1)
    assert.deepEqual(await reasons(second), ['consent-pending'])
    await second.evaluate(() => (window as unknown as ViewerWindow).viewer.answerConsent(true))
    await Promise.all([untilLinked(first), untilLinked(second)])
    assert.deepEqual(await reasons(second), ['sharing'])
  })

  it('ends every link at once when withdrawn, and links anew when given again', async () => {
    const { rig } = setup
    const [first, second] = await openPair(rig)
    const stallsBefore = (await report(second)).stalls

    const withdrawnAt = performance.now()
    await setConsent(second, false)
    await Promise.all(
      [first, second].map((page) => until(page, ({ mesh }) => mesh?.links === 0, 'no link', patienceMs)),
    )
    const endedAfterMs = performance.now() - withdrawnAt
    assert.ok(endedAfterMs < withdrawalMs, `the links ended after ${endedAfterMs} ms`)
    assert.deepEqual((await report(first)).linksClosed, ['channel-closed'])
    assert.deepEqual(await reasons(second), ['no-consent'])
    await until(first, ({ mesh }) => mesh?.reasons[0] === 'alone', 'the other one knows', patienceMs)

    const before = await report(second)
    const after = await untilPlays(second, 3)
    assert.equal(after.mesh?.peerBytes, before.mesh?.peerBytes)
    assert.ok((after.mesh?.cdnBytes ?? 0) > (before.mesh?.cdnBytes ?? 0))

    await setConsent(second, true)
    await Promise.all([untilLinked(first), untilLinked(second)])
    await Promise.any([untilTakes(first, 1), untilTakes(second, 1)])
    assert.equal((await report(second)).stalls, stallsBefore)
  })
})

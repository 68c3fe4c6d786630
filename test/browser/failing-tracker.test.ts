import assert from 'node:assert/strict'
import { startTracker } from '../../tracker/src/server/start-tracker.js'
import { witnessOf } from '../support/witness-of-origin.js'
import { report, until } from '../support/browser/rig.js'
import { delayingGate, replyingGate, silentGate } from '../support/browser/tracker-gate.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, patienceMs, untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'

/** Port 9, "discard": nobody listens there. */
const nowhere = 'ws://127.0.0.1:9'

describe('a tracker', function () {
  this.timeout(150_000)
  const setup = useRig()

  it('that is not there costs the sharing, and no more', async () => {
    const page = await setup.rig.open({ tracker: nowhere })
    const viewer = await until(
      page,
      ({ mesh }) => mesh?.reasons[0] === 'tracker-unreachable',
      'the tracker is given up for now',
      patienceMs,
    )
    assert.deepEqual(viewer.mesh?.warnings, ['tracker-unreachable'])
    const after = await untilPlays(page, 2)
    assert.deepEqual(after.mesh?.warnings, ['tracker-unreachable'])
  })

  it('that refuses for good is left alone, and the stream plays', async () => {
    const gate = await replyingGate({ kind: 'error', code: 'unsupported-version', message: 'too old' })
    try {
      const page = await setup.rig.open({ tracker: gate.url })
      const viewer = await until(
        page,
        ({ mesh }) => mesh?.reasons[0] === 'tracker-refused',
        'the refusal',
        patienceMs,
      )
      assert.deepEqual(viewer.mesh?.warnings, ['tracker-refused'])
      await untilPlays(page, 3)
      assert.equal(gate.connections, 1)
    } finally {
      await gate.close()
    }
  })

  it('that never answers, or answers nonsense, holds nothing up', async () => {
    const gates = [await silentGate(), await replyingGate({ kind: 'joined', swarm: 'nonsense' })]
    try {
      const pages = await Promise.all(gates.map((gate) => setup.rig.open({ tracker: gate.url })))
      const viewers = await Promise.all(pages.map((page) => untilPlays(page, 3)))
      for (const viewer of viewers) {
        assert.equal(viewer.mesh?.links, 0)
        assert.ok(viewer.mesh?.reasons[0]?.startsWith('tracker-'), String(viewer.mesh?.reasons))
      }
    } finally {
      await Promise.all(gates.map((gate) => gate.close()))
    }
  })

  it('that answers slowly delays the links, not the picture', async () => {
    const gate = await delayingGate(setup.rig.tracker.url, 1000)
    try {
      const pages = [await setup.rig.open({ tracker: gate.url }), await setup.rig.open({ tracker: gate.url })]
      const early = await Promise.all(
        pages.map((page) =>
          until(page, (viewer) => viewer.firstFrameMs !== undefined, 'a picture', patienceMs),
        ),
      )
      assert.deepEqual(
        early.map(({ mesh }) => mesh?.links),
        [0, 0],
      )
      await Promise.all(pages.map((page) => untilLinked(page)))
    } finally {
      await gate.close()
    }
  })

  it('that dies leaves links as they are, and its digests come again once it is back on its port', async () => {
    const { rig } = setup
    const pages = await openPair(rig)
    const { port } = rig.tracker
    const digests = witnessOf(rig.origin.streamUrl)
    await rig.tracker.close()
    const [stallsBefore, playing] = await Promise.all([
      Promise.all(pages.map(async (page) => (await report(page)).stalls)),
      Promise.all(pages.map((page) => untilPlays(page, 8))),
    ])
    assert.deepEqual(
      playing.map(({ mesh }) => mesh?.links),
      [1, 1],
    )
    rig.tracker = await startTracker({ host: '127.0.0.1', port, open: true, quiet: true, ...digests })
    await Promise.any(pages.map((page) => untilTakes(page, 200_000)))
    assert.deepEqual(await Promise.all(pages.map(async (page) => (await report(page)).stalls)), stallsBefore)
  })

  it('that dies leaves sharing without checks as it is; back on its port, it is joined again', async () => {
    const { rig } = setup
    const pages = await openPair(rig, { options: { integrity: 'off' } })
    const { port } = rig.tracker
    await rig.tracker.close()
    const lost = (mesh: { reasons: readonly string[] } | undefined) =>
      mesh?.reasons.includes('tracker-unreachable') === true
    const before = await Promise.all(
      pages.map((page) => until(page, ({ mesh }) => lost(mesh), 'the loss is noticed', patienceMs)),
    )
    assert.deepEqual(
      before.map(({ mesh }) => [mesh?.links, mesh?.reasons[0]]),
      [
        [1, 'sharing'],
        [1, 'sharing'],
      ],
    )

    const given = async () => {
      const viewers = await Promise.all(pages.map((page) => report(page)))
      return viewers.reduce((sum, { mesh }) => sum + (mesh?.peerBytes ?? 0), 0)
    }
    const givenBefore = await given()
    await Promise.all(pages.map((page) => untilPlays(page, 5)))
    assert.ok((await given()) > givenBefore, 'nothing is shared any more')

    rig.tracker = await startTracker({ host: '127.0.0.1', port, open: true, quiet: true })
    await Promise.all(
      pages.map((page) =>
        until(page, ({ mesh }) => mesh !== undefined && !lost(mesh), 'joined again', patienceMs),
      ),
    )
    const third = await rig.open()
    await Promise.all([untilLinked(third, 2), ...pages.map((page) => untilLinked(page, 2))])
    const stalls = await Promise.all(pages.map(async (page) => (await report(page)).stalls))
    assert.deepEqual(
      stalls,
      before.map((viewer) => viewer.stalls),
    )
  })
})

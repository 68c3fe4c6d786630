import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import type { ViewerWindow } from '../support/browser/rig.js'
import { SignalRecord } from '../support/browser/signal-record.js'
import { useRig } from '../support/browser/use-rig.js'
import { untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'
import { startTurnServer, type TurnServer } from '../support/turn-server.js'

describe('relayOnly', function () {
  this.timeout(120_000)
  const setup = useRig()
  let turn: TurnServer

  before(async () => {
    turn = await startTurnServer()
  })
  after(() => turn?.close())

  /** Two viewers that share, and what passed between them and the tracker. */
  async function openRecorded(options: Readonly<Record<string, unknown>>) {
    const opened: { readonly page: Page; readonly record: SignalRecord }[] = []
    for (const _ of ['first', 'second']) {
      const page = await setup.rig.open({ start: 'manual', options })
      const record = new SignalRecord(page)
      await page.evaluate(() => (window as unknown as ViewerWindow).viewer.start())
      await untilPlays(page, 1)
      opened.push({ page, record })
    }
    await Promise.all(opened.map(({ page }) => untilLinked(page)))
    return opened
  }

  it('shares segments through TURN, and tells nobody an address but the relay’s', async () => {
    const viewers = await openRecorded({ iceServers: turn.iceServers, relayOnly: true })
    await Promise.any(viewers.map(({ page }) => untilTakes(page, 100_000)))
    for (const { record } of viewers) {
      assert.ok(record.texts.length >= 4, `only ${record.texts.length} texts were looked at`)
      assert.deepEqual(record.candidateKinds, ['relay'])
      assert.deepEqual(record.relatedAddresses, ['0.0.0.0'])
      // coturn's own; 127.0.0.1 is also what every description has in its line "o=", whoever wrote it.
      assert.deepEqual(
        record.addresses.filter((address) => address !== '0.0.0.0'),
        ['127.0.0.1'],
      )
    }
    assert.match(turn.output(), /ALLOCATE processed, success/)
    assert.match(turn.output(), /CHANNEL_BIND processed, success|CREATE_PERMISSION processed, success/)
  })

  it('matters: without it candidates of other kinds pass, in what is looked at here', async () => {
    const [first] = await openRecorded({ iceServers: turn.iceServers })
    assert.ok(first?.record.candidateKinds.includes('host'), String(first?.record.candidateKinds))
  })

  it('plays from the CDN while the TURN server is away, and still tells no address', async () => {
    const iceServers = [{ urls: 'turn:127.0.0.1:9?transport=udp', username: 'viewer', credential: 'none' }]
    const options = { iceServers, relayOnly: true }
    const page = await setup.rig.open({ start: 'manual', options })
    const record = new SignalRecord(page)
    await page.evaluate(() => (window as unknown as ViewerWindow).viewer.start())
    await setup.rig.open({ options })
    const viewer = await untilPlays(page, 5)
    assert.deepEqual([viewer.mesh?.links, viewer.stalls], [0, 0])
    assert.deepEqual(record.candidateKinds, [])
  })
})

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertIntact } from '../support/browser/assert-intact.js'
import { report } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'

/** Longer than what is buffered: the time itself is what is tried out. */
const awayMs = 8000

describe('a viewer whose tab', function () {
  this.timeout(180_000)
  const setup = useRig()

  // Chromium without a window does not freeze its tabs when told to, so the debugger stops all their scripts.
  it('stood still goes on and shares when it wakes, and did not disturb the other one', async () => {
    const [first, second] = await openPair(setup.rig, { record: true })
    const session = await second.context().newCDPSession(second)
    const [before, samplesBefore] = [await report(first), (await report(second)).latencies.length]
    await session.send('Debugger.enable')
    await session.send('Debugger.pause')
    const [meanwhile] = await Promise.all([untilPlays(first, awayMs / 1000 - 2), sleep(awayMs)])
    assert.equal(meanwhile.stalls, before.stalls)
    await session.send('Debugger.disable')
    await second.evaluate(() => document.dispatchEvent(new Event('resume')))
    const samples = (await report(second)).latencies.length - samplesBefore
    assert.ok(samples < awayMs / 2000, `scripts that ran once a second meanwhile, ${samples} times`)
    await untilPlays(second, 3)
    await Promise.all([untilLinked(first), untilLinked(second)])
    await Promise.any([untilTakes(first, 1), untilTakes(second, 1)])
    await assertIntact([first, second], 4)
  })

  it('lost the network goes on and shares when it is back, and did not disturb the other one', async () => {
    const [first, second] = await openPair(setup.rig, { record: true })
    const before = await report(first)
    await second.context().setOffline(true)
    const [meanwhile] = await Promise.all([untilPlays(first, awayMs / 1000 - 2), sleep(awayMs)])
    assert.equal(meanwhile.stalls, before.stalls)
    await second.context().setOffline(false)
    await untilPlays(second, 3, 90_000)
    await Promise.all([untilLinked(first), untilLinked(second)])
    await Promise.any([untilTakes(first, 1), untilTakes(second, 1)])
    await assertIntact([first, second], 4)
  })
})

import assert from 'node:assert/strict'
import { growthPerMinute } from '../fuzz/tracker/growth.js'
import { runFuzz } from '../fuzz/tracker/fuzz-run.js'

const seconds = 60
/** What a run of this length sends on a machine with much else to do; far less means that it could not get at it. */
const thingsLeast = 500

/** The short form of `npm run fuzz:tracker`. */
describe('a tracker among vandals', function () {
  this.timeout(180_000)

  it('harms nobody who minds his own business, keeps nothing, and stops as it should', async () => {
    const report = await runFuzz(seconds, 20, () => undefined)
    const summary = JSON.stringify({ ...report, footprints: report.footprints.at(-1) })
    assert.deepEqual(report.failures, [], summary)
    assert.ok(report.things >= thingsLeast, summary)
    assert.ok(report.signalsHeard > seconds, summary)
    // A leak of what each thing brings would be tens of megabytes; what is left is V8's own going up and down.
    assert.ok(growthPerMinute(report.footprints) < 150 * 2 ** 20, summary)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ReportBase, type ReportTotals } from '../../../client-sdk/src/transport/report-base.js'

const totals = (bytes: number): ReportTotals => ({
  cdnBytes: bytes,
  peerBytes: 2 * bytes,
  uploadedBytes: 3 * bytes,
  wastedBytes: bytes,
  rescues: bytes,
  links: 4,
  linksMade: bytes,
  linksFailed: { 'connection-failed': bytes, 'offer-missing': 0, 'no-room': 0, other: 2 * bytes },
  stalls: bytes,
  latencyMs: 3000,
  uploadRule: 'cellular',
})

/** As it goes out: causes without any are left out. */
const told = (bytes: number) => ({
  ...totals(bytes),
  linksFailed: bytes === 0 ? {} : { 'connection-failed': bytes, other: 2 * bytes },
})

describe('what is reported', () => {
  it('counts from the join: what a tracker was told before is not told again', () => {
    const base = new ReportBase()
    base.joined()
    assert.deepEqual(base.sinceJoin(totals(100)), told(100))
    base.joined()
    assert.deepEqual(base.sinceJoin(totals(130)), told(30))
    assert.deepEqual(base.sinceJoin(totals(150)), told(50))
    base.joined()
    assert.deepEqual(base.sinceJoin(totals(150)), told(0))
  })

  it('leaves out the latency while it is unknown, and the rule for uploads while there is none', () => {
    const report = new ReportBase().sinceJoin({ ...totals(1), latencyMs: undefined, uploadRule: undefined })
    assert.equal('latencyMs' in report || 'uploadRule' in report, false)
  })
})

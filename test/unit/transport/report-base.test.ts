import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ReportBase } from '../../../client-sdk/src/transport/report-base.js'

const totals = (bytes: number) => ({
  cdnBytes: bytes,
  peerBytes: 2 * bytes,
  uploadedBytes: 3 * bytes,
  wastedBytes: bytes,
  rescues: bytes,
  links: 4,
})

describe('what is reported', () => {
  it('counts from the join: what a tracker was told before is not told again', () => {
    const base = new ReportBase()
    base.joined()
    assert.deepEqual(base.sinceJoin(totals(100)), totals(100))
    base.joined()
    assert.deepEqual(base.sinceJoin(totals(130)), totals(30))
    assert.deepEqual(base.sinceJoin(totals(150)), totals(50))
    base.joined()
    assert.deepEqual(base.sinceJoin(totals(150)), totals(0))
  })
})

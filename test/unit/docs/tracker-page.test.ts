import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as v from 'valibot'
import { configSchema } from '../../../tracker/src/config/config-schema.js'
import * as bounds from '../../../tracker/src/core/bounds.js'
import { codeIn, readPage, tableOf, unionLiterals } from './markdown.js'

const page = readPage('docs/tracker.md')

describe("the tracker's page", () => {
  it('refuses what lies outside the ranges that are written in words', () => {
    equal(v.safeParse(configSchema.entries.host, '').success, false)
    equal(v.safeParse(configSchema.entries.secret, 'x'.repeat(15)).success, false)
    equal(v.safeParse(configSchema.entries.secret, 'x'.repeat(16)).success, true)
    equal(v.safeParse(configSchema.entries.secret, 'x'.repeat(1025)).success, false)
  })

  it('has the bounds that no option changes', () => {
    const values = Object.fromEntries(tableOf(page, 'limits').map(([limit, value]) => [limit, value]))
    equal(values['violations'], `${bounds.strikesMax}, one forgiven a minute`)
    equal(values['members introduced at once'], `${bounds.introductionsAtOnceMax} per member`)
    equal(values['introductions asked for'], `${bounds.introductionsSoughtMax} per connection`)
    equal(values['seeks answered'], `${bounds.seekBurst} at once, one per ${1 / bounds.seeksPerSecond} s`)
    const bytes = bounds.reportedBytesPerSecondMax.toLocaleString('en')
    equal(values['bytes counted from a report'], `${bytes} per second`)
    ok(values['signals in a message']?.endsWith(`${bounds.signalDepthMax} levels`))
    equal(bounds.strikesForgivenPerSecond, 1 / 60)
  })

  it('has every code of PrismeshTrackerError', () => {
    const codes = unionLiterals('tracker/src/tracker-error.ts', 'PrismeshTrackerErrorCode')
    ok(codes.length >= 4)
    const documented = tableOf(page, 'in-a-node-process').map(([code]) => codeIn(code))
    deepEqual(documented.toSorted(), codes.toSorted())
  })
})

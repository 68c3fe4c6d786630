import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as v from 'valibot'
import { configKeys, configSchema, secretKeys } from '../../../tracker/src/config/config-schema.js'
import { environmentName, flagName } from '../../../tracker/src/config/option-names.js'
import * as bounds from '../../../tracker/src/core/bounds.js'
import { codeIn, readPage, tableOf, unionLiterals } from './markdown.js'

const page = readPage('docs/tracker.md')

describe("the tracker's page", () => {
  it('has every option as the schema has it', () => {
    const documented = tableOf(page, 'options').map((cells) => cells.map((cell) => codeIn(cell)))
    const known = configKeys.map((key) => {
      const { wrapped, default: fallback } = configSchema.entries[key]
      const description = v.getDescription(wrapped) ?? ''
      const [, range] = /\((\d+ to \d+)\)$/.exec(description) ?? []
      return [
        key,
        secretKeys.has(key) ? 'none' : flagName(key),
        environmentName(key),
        fallback === undefined ? 'none' : JSON.stringify(fallback),
        range ?? rangeInWords(key),
        description.replace(/ \(\d+ to \d+\)$/, ''),
      ]
    })
    ok(known.length >= 16)
    deepEqual(documented, known)
  })

  it('refuses what lies outside the ranges that are written in words', () => {
    equal(v.safeParse(configSchema.entries.host, '').success, false)
    equal(v.safeParse(configSchema.entries.secret, 'x'.repeat(15)).success, false)
    equal(v.safeParse(configSchema.entries.secret, 'x'.repeat(16)).success, true)
    equal(v.safeParse(configSchema.entries.secret, 'x'.repeat(1025)).success, false)
    for (const level of rangeInWords('logLevel').split(/, | or /)) {
      equal(v.safeParse(configSchema.entries.logLevel, level).success, true)
    }
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

function rangeInWords(key: string): string {
  const words: Record<string, string> = {
    host: 'not empty',
    open: 'true or false',
    webtorrent: 'true or false',
    tokenKeys: 'not empty',
    operatorTokenFile: 'not empty',
    policyFile: 'not empty',
    region: '1 to 64 characters',
    allowOrigin: 'scheme://host, with the port if it is not the usual one; repeated',
    trustedProxy: 'address or address/length; repeated',
    proxyHeader: 'x-forwarded-for or forwarded',
    tlsCert: 'not empty',
    tlsKey: 'not empty',
    witness: 'https://host/path with *, or id=URL; repeated',
    witnessAllowPrivate: 'true or false',
    secret: '16 to 1024 characters',
    cluster: 'redis://, rediss://, nats:// or tls://',
    clusterName: '1 to 64 letters, digits, underscores or dashes',
    publicUrl: 'ws:// or wss://',
    logLevel: 'silent, error, warn, info or debug',
  }
  return words[key] ?? ''
}

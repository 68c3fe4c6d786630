import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { consentLanguages } from '../../../client-sdk/src/consent-dialog/consent-language.js'
import { resolveConsentOptions } from '../../../client-sdk/src/consent-dialog/consent-options.js'
import { en } from '../../../client-sdk/src/consent-dialog/texts/en.js'
import { codeIn, readPage, readSource, sectionOf, tableOf } from './markdown.js'

const page = readPage('docs/consent.md')

describe("the consent dialog's page", () => {
  it('has every option with its default', () => {
    const documented = tableOf(page, 'options').map(([name, , fallback]) => [codeIn(name), codeIn(fallback)])
    const resolved: Readonly<Record<string, unknown>> = { ...resolveConsentOptions({}) }
    deepEqual(documented.map(([name]) => name ?? '').toSorted(), Object.keys(resolved).toSorted())
    const plain = documented.filter(([, fallback]) => /^(?:\d+|true|[a-z]+-[a-z]+)$/.test(fallback ?? ''))
    ok(plain.length >= 3, `${plain.length} defaults`)
    for (const [name, fallback] of plain) equal(String(resolved[name ?? '']), fallback)
  })

  it('has every language and every text', () => {
    const { text } = sectionOf(page, 'options')
    const names = [...consentLanguages, ...Object.keys(en)]
    ok(names.length >= 20)
    for (const name of names) ok(text.includes(`\`${name}\``), name)
  })

  it('has every method, and every property of its looks', () => {
    const report = readSource('client-sdk/prismesh-consent.api.md')
    const members = [...report.matchAll(/^ {4}(?:get )?(\w+)\(/gm)].map(([, name]) => name ?? '')
    const methods = members.filter((name) => name !== 'constructor').toSorted()
    ok(methods.length >= 8)
    const documented = tableOf(page, 'methods').map(([cell]) => codeIn(cell).replace(/\(.*/, ''))
    deepEqual(documented.toSorted(), methods)
    const styles = readSource('client-sdk/src/consent-dialog/consent-styles.ts')
    const used = [...styles.matchAll(/var\((--prismesh-consent-[a-z-]+)/g)].map(([, name]) => name ?? '')
    const looks = tableOf(page, 'looks').map(([cell]) => codeIn(cell))
    deepEqual(looks.toSorted(), [...new Set(used)].toSorted())
  })
})

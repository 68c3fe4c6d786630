import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { p2pModes } from '../../../protocol/stream-policy.js'
import { policiesMax } from '../../../tracker/src/core/bounds.js'
import { metricFamilies } from '../../../tracker/src/server/operator/metric-families.js'
import { codeIn, readPage, readSource, sectionOf, tableOf } from './markdown.js'

const page = readPage('docs/operations.md')

describe("the operator's page", () => {
  it('has every metric as the tracker has it', () => {
    const documented = tableOf(page, 'metrics').map(([name, kind, label, help]) => [
      codeIn(name),
      kind,
      label === '' ? '' : codeIn(label),
      help,
    ])
    const known = metricFamilies.map(({ name, kind, labels, help }) => [name, kind, labels[0] ?? '', help])
    ok(known.length >= 30)
    deepEqual(documented, known)
  })

  it('has every alert with its severity', () => {
    const rules = readSource('deploy/prometheus/prismesh-alerts.yml')
    const known = [...rules.matchAll(/alert: (\w+)[\s\S]*?severity: (\w+)/g)].map(([, name, severity]) => [
      name,
      severity,
    ])
    ok(known.length >= 8)
    deepEqual(
      tableOf(page, 'dashboard-and-alerts').map(([name, severity]) => [codeIn(name), severity]),
      known,
    )
  })

  it('has every policy, and how many there may be', () => {
    const { text } = sectionOf(page, 'kill-switch')
    for (const mode of p2pModes) ok(text.includes(`{"p2p":"${mode}"}`), mode)
    ok(text.includes(`for ${policiesMax.toLocaleString('en')}`))
  })

  it('has every error of the operator’s endpoints', () => {
    const source = readSource('tracker/src/server/operator/operator-api.ts')
    const codes = new Set([...source.matchAll(/error: '([\w-]+)'/g)].map(([, code]) => code ?? ''))
    equal(codes.size, 6)
    for (const code of codes) ok(page.text.includes(`\`${code}\``), code)
  })
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parse } from 'yaml'
import { metricFamilies } from '../../../tracker/src/server/operator/metric-families.js'
import { repoRoot } from '../../support/browser/repo-root.js'
import { readPromql } from './promql.js'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: Readonly<Record<string, string>>
}
interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly {
    readonly refId: string
    readonly expr: string
    readonly legendFormat: string
  }[]
}
interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
}

const read = (path: string) => readFileSync(join(repoRoot, 'deploy', path), 'utf8')
const rules = (
  parse(read('prometheus/prismesh-alerts.yml')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules)
const dashboard = JSON.parse(read('grafana/prismesh-tracker.json')) as Dashboard
const targets = dashboard.panels.flatMap(({ targets: own = [] }) => own)

/** What Prometheus itself adds. */
const targetLabels = ['job', 'instance']
const labelsOf = new Map<string, readonly string[]>([
  ...metricFamilies.map(({ name, labels }) => [name, labels] as const),
  ['up', []],
])

/** What is wrong with a query, as far as the tracker's metrics are concerned. */
function complaints(text: string): string[] {
  const { metrics, groupedBy, errors } = readPromql(text)
  const found = [...errors]
  if (metrics.length === 0) found.push('asks for nothing')
  const labels = new Set(targetLabels)
  for (const { name, labels: matched } of metrics) {
    const known = labelsOf.get(name)
    if (!known) found.push(`there is no metric ${name}`)
    for (const label of known ?? []) labels.add(label)
    for (const label of matched)
      if (known && ![...known, ...targetLabels].includes(label)) found.push(`${name} has no label ${label}`)
  }
  for (const label of groupedBy) if (!labels.has(label)) found.push(`nothing has the label ${label}`)
  return found
}

describe('alert rules', () => {
  it('are there', () => ok(rules.length >= 8, `${rules.length} rules`))

  for (const { alert, expr, labels, annotations, for: pending } of rules) {
    it(`${alert} asks for what there is, and says what it means`, () => {
      deepEqual(complaints(expr), [])
      ok(['critical', 'warning', 'info'].includes(labels.severity), labels.severity)
      ok((annotations['summary'] ?? '').length > 10)
      if (pending !== undefined) ok(/^\d+[smhd]$/.test(pending), pending)
    })
  }

  it('have names of their own', () => equal(new Set(rules.map(({ alert }) => alert)).size, rules.length))

  it('are named by the example of a configuration', () => {
    const config = parse(read('prometheus/prometheus.yml')) as {
      rule_files: string[]
      scrape_configs: { job_name: string }[]
    }
    deepEqual(config.rule_files, ['prismesh-alerts.yml'])
    const jobs = rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]+)"/g)].map(([, job]) => job))
    for (const job of jobs) equal(job, config.scrape_configs[0]?.job_name)
  })
})

describe('the dashboard', () => {
  it('is one that Grafana loads', () => {
    ok(dashboard.uid.length > 0 && dashboard.uid.length <= 40)
    ok(dashboard.title.length > 0 && dashboard.schemaVersion >= 36)
    equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
    ok(targets.length >= 25, `${targets.length} queries`)
  })

  it('asks for what there is', () => {
    const known = new Set(dashboard.templating.list.map(({ name }) => `$${name}`))
    for (const { expr } of targets) {
      for (const [variable] of expr.matchAll(/\$\w+/g))
        ok(known.has(variable) || variable === '$__rate_interval', `${variable} in ${expr}`)
      deepEqual(complaints(expr.replaceAll('$__rate_interval', '5m')), [], expr)
    }
  })

  it('shows every metric but for these', () => {
    const shown = new Set(
      targets.flatMap(({ expr }) =>
        readPromql(expr.replaceAll('$__rate_interval', '5m')).metrics.map(({ name }) => name),
      ),
    )
    const left = metricFamilies.map(({ name }) => name).filter((name) => !shown.has(name))
    deepEqual(left, [
      'prismesh_bans',
      'prismesh_uploaded_bytes_total',
      'prismesh_offload_ratio',
      'prismesh_stream_members',
      'prismesh_stream_digests',
      'prismesh_info',
      'prismesh_draining',
    ])
  })

  it('labels its lines with labels that they have', () => {
    for (const { expr, legendFormat } of targets) {
      const { metrics } = readPromql(expr.replaceAll('$__rate_interval', '5m'))
      const labels = new Set([...targetLabels, ...metrics.flatMap(({ name }) => labelsOf.get(name) ?? [])])
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        ok(labels.has(label), `${label} in ${expr}`)
    }
  })

  it('has panels that do not lie on each other, within 24 columns', () => {
    const taken = new Map<string, string>()
    for (const {
      title,
      gridPos: { x, y, w, h },
    } of dashboard.panels) {
      ok(x >= 0 && x + w <= 24, title)
      for (let column = x; column < x + w; column += 1)
        for (let line = y; line < y + h; line += 1) {
          equal(taken.get(`${column},${line}`), undefined, `${title} at ${column},${line}`)
          taken.set(`${column},${line}`, title)
        }
    }
  })
})

describe('the check of queries', () => {
  it('finds what is wrong', () => {
    deepEqual(complaints('rate(prismesh_joins_total[5m])'), [])
    deepEqual(complaints('prismesh_nothing'), ['there is no metric prismesh_nothing'])
    deepEqual(complaints('prismesh_joins_total{code="x"}'), ['prismesh_joins_total has no label code'])
    deepEqual(complaints('sum by (cause) (prismesh_joins_total)'), ['nothing has the label cause'])
    ok(complaints('rate(prismesh_joins_total[5m]').length > 0)
    ok(complaints('sum(prismesh_joins_total) / / 2').length > 0)
    deepEqual(complaints('1'), ['asks for nothing'])
  })
})

import { deepEqual, ok } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { readPage, readSource, root, tableOf } from './markdown.js'

describe('the threat model', () => {
  const page = readPage('docs/THREAT-MODEL.md')
  const rows = [...tableOf(page, 'attacks-on-viewers'), ...tableOf(page, 'attacks-on-the-tracker')]
  const named = rows.map(
    ([, , test]) => /\(\.\.\/(test\/attack\/[\w-]+\.test\.ts)\)/.exec(test ?? '')?.[1] ?? '',
  )

  it('names a test for each attack, which exists and says that it attacks', () => {
    ok(rows.length >= 12, `${rows.length} attacks`)
    for (const [index, path] of named.entries()) {
      ok(path !== '', `no test for: ${rows[index]?.[0]}`)
      const source = readSource(path)
      ok(/describe\('attack: /.test(source) && /\bit\(/.test(source), `${path} holds no attack`)
      ok(source.includes('tell('), `${path} does not say what it tried and saw`)
    }
  })

  it('leaves no attack of the suite out', () => {
    const files = readdirSync(join(root, 'test/attack')).filter((name) => name.endsWith('.test.ts'))
    deepEqual(named.map((path) => path.replace('test/attack/', '')).toSorted(), files.toSorted())
  })
})

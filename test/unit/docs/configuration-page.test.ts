import { equal, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'mocha'
import { format, resolveConfig } from 'prettier'
import * as reasons from '../../../tracker/src/config/config-reasons.js'
import * as schema from '../../../tracker/src/config/config-schema.js'
import * as names from '../../../tracker/src/config/option-names.js'
import { readSource, root } from './markdown.js'

const path = 'docs/configuration.md'

describe('the reference of the configuration', () => {
  it('is what the schema says; else run npm run docs:config', async function () {
    // Prettier loads its parser: seconds on a busy machine.
    this.timeout(60_000)
    const script = pathToFileURL(join(root, 'scripts/config-page.mjs')).href
    const { configPage } = (await import(script)) as { configPage(parts: object): string }
    const text = configPage({ ...schema, ...names, ...reasons })
    const options = await resolveConfig(join(root, path))
    equal(readSource(path), await format(text, { ...options, parser: 'markdown' }))
  })

  it('gives every option a reason of its own, in a sentence', () => {
    const given = Object.entries(reasons.configReasons)
    ok(given.length >= 30)
    equal(new Set(given.map(([, reason]) => reason)).size, given.length)
    for (const [key, reason] of given) ok(/^[A-Z].{15,}\.$/.test(reason), key)
  })

  it('states a range for every option', () => {
    const ranges = [...readSource(path).matchAll(/^- range: (.*)$/gm)]
    equal(ranges.length, schema.configKeys.length)
    for (const [line, range = ''] of ranges) ok(range.length > 3, line)
  })
})

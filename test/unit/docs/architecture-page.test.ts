import { deepEqual, ok } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { readPage, root, sectionOf, tableOf } from './markdown.js'

/** What the parts share, and what goes in and out: described in the text above the table. */
const notParts = ['context.ts', 'inputs.ts', 'outputs.ts']

describe("the architecture's page", () => {
  const page = readPage('docs/architecture.md')

  it('has every part of the engine, and every port', () => {
    const engine = filesIn('engine').filter((name) => !notParts.includes(name))
    ok(engine.length >= 20, `${engine.length} files`)
    deepEqual(filesNamed('the-engine'), engine)
    deepEqual(filesNamed('the-ports'), filesIn('ports'))
  })

  it('names tuning constants that exist', () => {
    const named = ['who-fetches', 'how-it-spreads', 'when-to-rescue'].flatMap((anchor) => {
      const { text } = sectionOf(page, anchor)
      return [...text.matchAll(/\b([a-z]+[A-Z]\w*(?:Ms|Max|Min|Distinct|Slowdown))\b/g)].map(
        ([, name]) => name,
      )
    })
    ok(named.length >= 14, `${named.length} constants`)
    for (const name of named) ok(Object.hasOwn(tuning, name ?? ''), `${name} is no tuning constant`)
  })
})

function filesIn(layer: string): string[] {
  return readdirSync(join(root, 'client-sdk/src', layer))
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
}

function filesNamed(anchor: string): string[] {
  const cells = tableOf(readPage('docs/architecture.md'), anchor).map(([cell]) => cell ?? '')
  return cells.map((cell) => /\[([\w-]+\.ts)\]/.exec(cell)?.[1] ?? cell).toSorted()
}

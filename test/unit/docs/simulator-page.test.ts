import { deepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readCommandLine, simFlags } from '../../sim/command-line.js'
import { allScenarios } from '../../sim/scenarios/all-scenarios.js'
import { codeIn, readPage, readPages, tableOf } from './markdown.js'

describe("the simulator's page", () => {
  const page = readPage('docs/simulator.md')

  it('has every option with its default', () => {
    const documented = tableOf(page, 'options').map(([flag, value]) => [
      codeIn(flag),
      (value ?? '').replaceAll('`', '').replace(/^off$/, ''),
    ])
    deepEqual(documented, simFlags())
  })

  it('has every scenario, in the words of its data', () => {
    const documented = tableOf(page, 'scenarios').map(([name]) => codeIn(name))
    deepEqual(
      documented,
      allScenarios.map(({ name }) => name),
    )
  })

  it('calls it with options that it has', () => {
    const lines = readPages().flatMap(({ text }) => [...text.matchAll(/npm run sim -- ([^`\n]+)/g)])
    ok(lines.length >= 2)
    for (const [line, flags] of lines) {
      readCommandLine(['node', 'sim', ...(flags ?? '').trim().split(/\s+/)], ({ message }) => {
        throw new Error(`${line}: ${message}`)
      })
    }
  })
})

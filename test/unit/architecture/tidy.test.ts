import { deepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Visitor } from 'oxc-parser'
import { parseSource, readSourceFiles, type SourceFile } from './source-files.js'

const filesMin = 200
const pureFilesMin = 50
const linesMax = 400

/** Layers whose clock, timers and randomness are arguments. */
const pure = /^(?:protocol|client-sdk\/src\/engine|tracker\/src\/core|tracker\/src\/webtorrent)\//
const impureFunctions = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'])
const impureObjects = new Set(['performance', 'crypto', 'globalThis', 'process'])
const impureMembers = new Set(['Math.random', 'Date.now'])

/** A <script> names the SDK's global after the default export of this file. */
const defaultExports = new Set(['client-sdk/src/iife.ts'])
const catchAllName = /^(?:utils?|types?|common|helpers?|misc|shared|constants)\.ts$/
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|bench))?(?:\.d)?\.ts$/
const unfinished = /\b(?:TODO|FIXME|XXX)\b/

describe('tidy', () => {
  const files = readSourceFiles()
  const pureFiles = files.filter(({ path }) => pure.test(path))
  // This file names what it looks for.
  const others = files.filter(({ path }) => path !== 'test/unit/architecture/tidy.test.ts')

  it(`sees the project: ${files.length} files, ${pureFiles.length} of them pure`, () => {
    ok(files.length >= filesMin, `${files.length} files, expected at least ${filesMin}`)
    ok(pureFiles.length >= pureFilesMin, `${pureFiles.length} pure files, expected at least ${pureFilesMin}`)
  })

  it(`keeps files to ${linesMax} lines`, () => {
    deepEqual(
      offenders(files, ({ text }) => text.trimEnd().split('\n').length > linesMax),
      [],
    )
  })

  it('leaves nothing unfinished', () => {
    deepEqual(
      offenders(others, ({ text }) => unfinished.test(text)),
      [],
    )
  })

  it('names files after one concept, in kebab-case', () => {
    deepEqual(
      offenders(files, ({ name }) => catchAllName.test(name) || !kebabCase.test(name)),
      [],
    )
  })

  it('exports by name', () => {
    deepEqual(
      offenders(files, ({ path, hasDefaultExport }) => hasDefaultExport && !defaultExports.has(path)),
      [],
    )
  })

  it('takes clocks, timers and randomness as arguments in the pure layers', () => {
    deepEqual(
      pureFiles.flatMap((file) => impureUses(file).map((use) => `${file.path}: ${use}`)),
      [],
    )
  })

  it('notices a clock, a timer and randomness', () => {
    const text =
      'setTimeout(f, Math.random()); const now = Date.now; performance.now(); new Date(); fetch.abort()'
    deepEqual(impureUses(parseSource('pure.ts', text)).sort(), [
      'Date.now',
      'Math.random',
      'new Date()',
      'performance.now',
      'setTimeout()',
    ])
  })
})

function offenders(files: readonly SourceFile[], isOffender: (file: SourceFile) => boolean): string[] {
  return files.filter(isOffender).map(({ path }) => path)
}

function impureUses({ program }: SourceFile): string[] {
  const uses: string[] = []
  new Visitor({
    CallExpression({ callee }) {
      if (callee.type === 'Identifier' && impureFunctions.has(callee.name)) uses.push(`${callee.name}()`)
    },
    MemberExpression({ object, property }) {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return
      const member = `${object.name}.${property.name}`
      if (impureObjects.has(object.name) || impureMembers.has(member)) uses.push(member)
    },
    NewExpression({ callee, arguments: args }) {
      if (callee.type === 'Identifier' && callee.name === 'Date' && args.length === 0) uses.push('new Date()')
    },
  }).visit(program)
  return uses
}

import { deepEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, describe, it } from 'mocha'
import { parseAst } from 'rollup/parseAst'
import { root } from '../docs/markdown.js'

type PrivateNames = (tree: object, folders: readonly string[]) => string[]

describe('private names, which a bundle may shorten', () => {
  let privateNames: PrivateNames
  let folder: string

  before(async () => {
    const script = pathToFileURL(join(root, 'scripts/private-names.mjs')).href
    ;({ privateNames } = (await import(script)) as { privateNames: PrivateNames })
    folder = mkdtempSync(join(tmpdir(), 'private-names-'))
    const members = [
      'private field = 1',
      'private readonly kept: number',
      'private get read() { return 1 }',
      'private async done() {}',
      'private shared = 1',
      'open = 1',
    ]
    writeFileSync(join(folder, 'one.ts'), `class One {\n  ${members.join('\n  ')}\n}\n`)
    writeFileSync(join(folder, 'other.ts'), 'class Other {\n  shared(): void {}\n}\n')
  })

  after(() => {
    rmSync(folder, { recursive: true })
  })

  const namesIn = (code: string) => privateNames(parseAst(code), [folder]).toSorted()

  it('are those declared private and nothing else anywhere', () => {
    deepEqual(namesIn('this.field + this.kept + this.open'), ['done', 'field', 'kept', 'read'])
  })

  for (const [use, code] of [
    ['another object has', 'packet.field'],
    ['an object is given', 'send({ field: 1 })'],
    ['is taken out of an object', 'const { field } = message'],
    ['is written as text', "message['field']"],
    ['is written as a template', 'message[`field`]'],
  ] as const) {
    it(`are none that ${use}`, () => {
      deepEqual(namesIn(`this.field; ${code}`), ['done', 'kept', 'read'])
    })
  }
})

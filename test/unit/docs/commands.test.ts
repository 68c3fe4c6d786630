import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { readCliOptions } from '../../../demo/start/cli-options.js'
import { listening } from '../../../demo/start/start-failure.js'
import { readCommandLine } from '../../../tracker/src/config/command-line.js'
import { listenError } from '../../../tracker/src/server/listen-error.js'
import { codeIn, readPage, readPages, readSource, root, sectionOf, tableOf } from './markdown.js'

const scriptsNamedMin = 15

describe('commands in the documentation', () => {
  const pages = readPages()

  it('are scripts of package.json, and suites that exist', () => {
    const { scripts } = JSON.parse(readSource('package.json')) as { scripts: Record<string, string> }
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test))\b/g)].map(([, script, short]) => ({
        path,
        script: script ?? short ?? '',
      })),
    )
    ok(named.length >= scriptsNamedMin, `${named.length} commands, expected at least ${scriptsNamedMin}`)
    deepEqual(
      named.filter(({ script }) => !Object.hasOwn(scripts, script)),
      [],
    )
    const suites = pages.flatMap(({ text }) => [...text.matchAll(/`npm test -- (\w+)/g)])
    ok(suites.length >= 5)
    for (const [, suite] of suites) ok(existsSync(join(root, 'test', suite ?? '')), `no suite ${suite}`)
  })

  it('start the demo with flags that it has', () => {
    const lines = pages.flatMap(({ text }) => [...text.matchAll(/npm start -- ([^`\n]+)/g)])
    ok(lines.length >= 2)
    for (const [, flags] of lines) {
      // An unknown flag ends the process, and with it this test.
      const options = readCliOptions(['node', 'start', ...(flags ?? '').trim().split(/\s+/)])
      ok(options.viewers > 0 || options.source !== undefined)
    }
  })

  it('start the tracker with flags that it has', () => {
    const lines = pages.flatMap(({ text }) => [
      ...text.matchAll(/^(?:PRISMESH_TRACKER_SECRET=\S+ )?npx prismesh-tracker (.+)$/gm),
      ...text.matchAll(/prismesh-tracker\.mjs (--.+)$/gm),
    ])
    ok(lines.length >= 5, `${lines.length} lines`)
    for (const [line, flags] of lines) {
      if (/^(?:key|token) /.test(flags ?? '')) continue
      equal(readCommandLine((flags ?? '').split(/\s+/), {}).kind, 'start', line)
    }
  })

  it('give the tracker a file that it takes', () => {
    const block = readPage('docs/tracker.md').blocks.find(({ info }) => info === 'tracker-config')
    ok(block)
    const folder = mkdtempSync(join(tmpdir(), 'prismesh-docs-'))
    try {
      const file = join(folder, 'tracker.json')
      writeFileSync(file, block.code)
      const result = readCommandLine(['--config', file], {})
      ok(result.kind === 'start')
      deepEqual([result.config.membersMax, result.config.port], [50_000, 8433])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('say what the tracker says when it does not start', () => {
    const said = [
      ...problems([], {}),
      ...problems(['--membersmax', '4'], {}),
      ...problems(['--open'], { PRISMESH_TRACKER_MEMBERMAX: '4' }),
      ...problems(['--open', '--port', '99999'], {}),
      systemRefuses('EADDRINUSE', '127.0.0.1', 8433),
      systemRefuses('EACCES', '127.0.0.1', 80),
      systemRefuses('EADDRNOTAVAIL', '10.9.9.9', 8433),
    ]
    // Without `tokenKeys` and `open` the command line is right; the start refuses, in these words.
    const admissionRequired = /const admissionRequired =\n([\s\S]*?)\n\n/.exec(
      readSource('tracker/src/server/start-tracker.ts'),
    )
    said.push((admissionRequired?.[1] ?? '').replaceAll(/' \+\s*'/g, '').replaceAll(/^\s*'|'$/g, ''))
    const lines = tableOf(readPage('docs/troubleshooting.md'), 'the-tracker-does-not-start').map(([line]) =>
      codeIn(line),
    )
    deepEqual(lines.toSorted(), said.toSorted())
  })

  it('say what the demo says when it does not start', async () => {
    const { text } = sectionOf(readPage('docs/troubleshooting.md'), 'the-demo-does-not-start')
    for (const [code, port] of [
      ['EADDRINUSE', 8080],
      ['EACCES', 80],
      ['EADDRNOTAVAIL', 8080],
    ] as const) {
      const refused = Object.assign(new Error(code), { code })
      const line = await listening(port, '--page-port', () => Promise.reject(refused)).catch(String)
      ok(text.includes(line.replace(/^Error: /, '')), line)
    }
  })
})

function problems(args: string[], environment: Record<string, string>): readonly string[] {
  const result = readCommandLine(args, environment)
  return result.kind === 'refused' ? result.problems : []
}

function systemRefuses(code: string, host: string, port: number): string {
  return listenError(Object.assign(new Error(code), { code }), host, port).message
}

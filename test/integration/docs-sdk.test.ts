import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { promisify } from 'node:util'
import { readPages, root } from '../unit/docs/markdown.js'

const run = promisify(execFile)
/** What a console of a page with Prismesh has. */
const consoleGlobals = "declare const mesh: import('prismesh').Prismesh\n"

describe('code of the SDK in the documentation', () => {
  const blocks = readPages().flatMap(({ path, blocks: all }) => all.map((block) => ({ path, ...block })))

  it('compiles against the published types', async function () {
    this.timeout(30_000)
    const programs = blocks.filter(({ language }) => language === 'ts')
    const consoleLines = blocks.filter(({ language, code }) => language === 'js' && /\bmesh\./.test(code))
    const found = `${programs.length} programs, ${consoleLines.length} for the console`
    assert.ok(programs.length >= 7 && consoleLines.length >= 1, found)
    const folder = mkdtempSync(join(tmpdir(), 'prismesh-docs-'))
    try {
      programs.forEach(({ code }, index) => writeFileSync(join(folder, `program-${index}.ts`), code))
      consoleLines.forEach(({ code }, index) =>
        writeFileSync(join(folder, `console-${index}.ts`), `${consoleGlobals}${code}\nexport {}\n`),
      )
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
      const problems = await compile(folder)
      assert.equal(problems, '')
      writeFileSync(join(folder, 'mistake.ts'), `${consoleGlobals}mesh.share()\nexport {}\n`)
      assert.match(await compile(folder), /Property 'share' does not exist on type 'Prismesh'/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('runs as a page with script tags, with the bundle that is published', () => {
    const pages = blocks.filter(({ language }) => language === 'html')
    assert.ok(pages.length >= 1)
    for (const { path, code } of pages) {
      const [, script] = /<script>\n([\s\S]*?)<\/script>/.exec(code) ?? []
      assert.ok(script !== undefined && code.includes('prismesh.iife.min.js'), path)
      const page = pageWithPlayer()
      runInNewContext(readFileSync(join(root, 'client-sdk/dist/prismesh.iife.min.js'), 'utf8'), page.globals)
      runInNewContext(script, page.globals)
      assert.deepEqual(page.calls, [
        'on',
        'loadSource https://cdn.example.com/live/master.m3u8',
        'attachMedia',
      ])
      assert.equal(typeof page.config.fLoader, 'function', 'Prismesh is on the player')
      runInNewContext('mesh.close()', page.globals)
      assert.equal(page.config.fLoader, undefined, 'Prismesh is off the player')
    }
  })
})

/** What the compiler complains of in a folder with a `tsconfig.json`. */
async function compile(folder: string): Promise<string> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    await run(process.execPath, [tsc, '-p', folder])
    return ''
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

/** What a reader's project has: the package's types, hls.js, and strict checks. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    paths: {
      prismesh: [join(root, 'client-sdk/dist/prismesh.d.ts')],
      'prismesh/consent': [join(root, 'client-sdk/dist/consent.d.ts')],
      'hls.js': [join(root, 'node_modules/hls.js/dist/hls.d.ts')],
    },
  },
  include: ['*.ts'],
}

/** As much of a page as the script needs: an hls.js that notes what is asked of it. */
function pageWithPlayer() {
  const calls: string[] = []
  const config: { loader: unknown; fLoader?: unknown } = {
    loader: class {
      readonly stats = {}
    },
  }
  class Hls {
    readonly config = config
    readonly levels = []
    readonly audioTracks = []
    readonly media = null
    on(): void {
      if (calls.at(-1) !== 'on') calls.push('on')
    }
    off(): void {}
    loadSource(url: string): void {
      calls.push(`loadSource ${url}`)
    }
    attachMedia(): void {
      calls.push('attachMedia')
    }
  }
  const globals: Record<string, unknown> = {
    Hls,
    document: { getElementById: () => ({}), addEventListener() {}, removeEventListener() {} },
    location: { search: '' },
    RTCPeerConnection() {},
    console,
    URL,
    URLSearchParams,
    performance,
    queueMicrotask,
    setTimeout,
    clearTimeout,
    crypto,
    TextEncoder,
    TextDecoder,
  }
  globals['window'] = { addEventListener() {}, removeEventListener() {} }
  return { calls, config, globals }
}

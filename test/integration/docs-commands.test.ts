import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RenditionId, StreamId } from '../../protocol/ids.js'
import { offeredSubprotocols } from '../../protocol/join-token.js'
import { startTracker } from '../../tracker/src/index.js'
import { codeIn, readPage, readPages, root, tableOf } from '../unit/docs/markdown.js'
import { joinRequest, memberId } from '../unit/tracker/core-harness.js'
import { TrackerClient } from './tracker-client.js'

const run = promisify(execFile)
const built = (path: string): string => join(root, 'build', path)

describe('commands and answers in the documentation', function () {
  this.timeout(15_000)

  it('has every flag of the demo with its default', async () => {
    const flags = await flagsOf('demo/start.js')
    assert.ok(flags.size >= 11, `${flags.size} flags`)
    assert.deepEqual(documentedFlags(tableOf(readPage('README.md'), 'try-it')), flags)
  })

  it('has every flag of the benchmarks with its default', async () => {
    const benchmarks = await Promise.all(
      // In the order in which the page has them.
      [
        ...['bench/main-job', 'bench/start-up', 'bench/soak', 'bench/swarm', 'bench/abr'],
        ...['bench/digests', 'bench/tracker', 'fuzz/tracker'],
      ].map((name) => flagsOf(`test/${name}/main.js`)),
    )
    assert.ok(benchmarks.every(({ size }) => size >= 2))
    const rows = readPage('docs/measurements.md')
      .text.split('\n')
      .filter((line) => line.startsWith('| `--'))
      .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
      .map((cells) => cells.map((cell) => cell.replaceAll('\\|', '|').trim()))
    for (const flags of benchmarks) {
      assert.deepEqual(documentedFlags(rows.splice(0, flags.size)), flags)
    }
    assert.deepEqual(rows, [])
  })

  it('has lines that start a tracker', async () => {
    const lines = readPages()
      .flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'sh'))
      .flatMap(({ code }) => code.trim().split('\n'))
      .filter((line) => line.includes('npx prismesh-tracker'))
    const tools = lines.filter((line) => /tracker (?:key|token) /.test(line))
    assert.ok(lines.length - tools.length >= 5, `${lines.length} lines`)
    assert.ok(tools.length >= 3, `${tools.length} lines of tools`)
    const folder = await mkdtemp(join(tmpdir(), 'prismesh-'))
    try {
      // What the line with openssl before it makes.
      await writeFile(join(folder, 'operator-token'), 'f'.repeat(64))
      for (const line of tools) await runsTool(line, folder)
      await Promise.all(
        lines.filter((line) => !tools.includes(line)).map((line) => startsTracker(line, folder)),
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('has the code that mints a token which the tracker takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'prismesh-'))
    const keys = join(folder, 'keys.json')
    await runsTool('npx prismesh-tracker key > keys.json', folder)
    const tracker = await startTracker({ host: '127.0.0.1', port: 0, tokenKeys: keys, quiet: true })
    try {
      const code = readPage('docs/admission.md').blocks.find(({ info }) => info === 'mint')?.code ?? ''
      const page = 'https://www.example.com'
      const use = `process.stdout.write(await joinToken('news', '${page}'))`
      const program = `${code.replace("'keys.json'", JSON.stringify(keys))}\n${use}`
      const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: root,
      })
      const client = await TrackerClient.connect(tracker.url, { origin: page }, offeredSubprotocols(stdout))
      client.say(joinRequest(1))
      assert.equal((await client.next('joined')).member, memberId(1))
      client.say({ kind: 'leave' })
      await client.closed
    } finally {
      await tracker.close()
      await rm(folder, { recursive: true })
    }
  })

  it('has the code that runs a tracker in a Node process', async () => {
    const examples = readPages()
      .flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'js'))
      .filter(({ code }) => code.includes("from 'prismesh-tracker'"))
    assert.ok(examples.length >= 2, `${examples.length} examples`)
    await Promise.all(
      examples.map(async ({ code }) => {
        const child = spawn(process.execPath, ['--input-type=module'], { cwd: root })
        let out = ''
        child.stdout.on('data', (text: Buffer) => (out += text.toString()))
        child.stdin.end(code)
        assert.deepEqual(await once(child, 'close'), [0, null])
        assert.match(out, /^ws:\/\/127\.0\.0\.1:\d+ 0\n$/)
      }),
    )
  })

  it('has what the tracker answers', async () => {
    const tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true })
    try {
      const stream = 'news' as StreamId
      const rendition = 'v720' as RenditionId
      const { client } = await TrackerClient.join(tracker.url, 1, { stream, rendition })
      const { client: second } = await TrackerClient.join(tracker.url, 2, { stream, rendition })
      const fog = await TrackerClient.connect(tracker.url)
      fog.say({ kind: 'join', version: 1, stream, member: memberId(3), role: 'fog', uploads: true })
      await fog.next('joined')
      const bytes = { cdnBytes: 1000, peerBytes: 3000, uploadedBytes: 3000, wastedBytes: 10 }
      const links = { links: 2, linksMade: 4, linksFailed: { 'connection-failed': 1 } }
      client.say({
        kind: 'report',
        ...bytes,
        ...links,
        rescues: 1,
        stalls: 1,
        latencyMs: 5200,
        uploadRule: 'cellular',
      })
      await client.settled()

      const http = tracker.url.replace(/^ws/, 'http')
      const stats = await json(`${http}/stats`)
      assert.deepEqual(
        { ...unfaded(stats), uptimeSeconds: 60, counts: {} },
        { ...exampleOf('stats'), counts: {} },
      )
      assert.deepEqual(
        Object.keys(stats['counts'] as object),
        Object.keys(exampleOf('stats')['counts'] as object),
      )
      assert.deepEqual(await json(`${http}/health`), exampleOf('health'))
      const text = readPage('docs/tracker.md').text
      for (const [path, method, status] of [
        ['/nowhere', 'GET', 404],
        ['/stats', 'POST', 405],
        ['/', 'GET', 426],
      ] as const) {
        const response = await fetch(http + path, { method })
        assert.equal(response.status, status)
        assert.ok(text.includes(`${status} \`${await response.text()}\``), `${status} is not documented`)
      }
      for (const each of [client, second, fog]) each.say({ kind: 'leave' })
      await Promise.all([client, second, fog].map(({ closed }) => closed))
    } finally {
      await tracker.close()
    }
  })
})

/** Rates as they were when the report came: they fade while the test goes on, by a third within 24 s. */
function unfaded(stats: Record<string, unknown>): Record<string, unknown> {
  const told = { cdnBytesPerSecond: 17, peerBytesPerSecond: 50, stallsPerMinute: 1 }
  const text = JSON.stringify(stats, (name, value: unknown) => {
    const rate = Object.hasOwn(told, name) ? told[name as keyof typeof told] : undefined
    return rate !== undefined && Number(value) > rate * 0.66 && Number(value) <= rate ? rate : value
  })
  return JSON.parse(text) as Record<string, unknown>
}

/** Flags of a command with their defaults, as its help prints them. */
async function flagsOf(program: string): Promise<Map<string, string>> {
  const { stdout } = await run(process.execPath, [built(program), '--help'])
  // Descriptions are broken over lines that begin far to the right.
  const unbroken = stdout.replaceAll(/\n {6,}/g, ' ')
  const lines = unbroken.split('\n').filter((line) => /^ {2}--/.test(line))
  return new Map(
    lines.map((line) => {
      const [, flag = '', description = ''] = /^ {2}(--\S+(?: <[^>]+>)?)\s{2,}(.*)$/.exec(line) ?? []
      const fallback = /[(,] ?default: (.+)\)$/.exec(description)?.[1] ?? ''
      return [flag, fallback.replaceAll(/^"|"$|^\[|\]$|^false$/g, '')]
    }),
  )
}

function documentedFlags(rows: readonly (readonly string[])[]): Map<string, string> {
  return new Map(
    rows.map(([flag, fallback]) => {
      const value = codeIn(fallback)
      return [codeIn(flag), value === 'none' || value === 'off' ? '' : value]
    }),
  )
}

/** Runs a line of the documentation, on a free port, until the tracker listens. */
async function startsTracker(line: string, folder: string): Promise<void> {
  const [, environment = '', flags = ''] = /^(\S+=\S+ )?npx prismesh-tracker (.*)$/.exec(line) ?? []
  const [name = '', value = ''] = environment.trim().split('=', 2)
  const bin = join(root, 'tracker/bin/prismesh-tracker.mjs')
  const child = spawn(process.execPath, [bin, ...flags.split(' '), '--port', '0'], {
    cwd: folder,
    // What the line with `export` before it says.
    env: { PATH: process.env['PATH'], ...secretOf(flags), ...(name === '' ? {} : { [name]: value }) },
  })
  const ended = once(child, 'close')
  child.stdout.on('data', (text: Buffer) => {
    const [, host] = /"url":"ws:\/\/([^"]+)"/.exec(text.toString()) ?? []
    if (host === undefined) return
    void fetch(`http://${host}/health`).then(() => child.kill('SIGTERM'))
  })
  const [code] = (await ended) as [number | null]
  assert.equal(code, 0, line)
}

/** A fleet needs a secret, which no flag may be. */
function secretOf(flags: string): Record<string, string> {
  return flags.includes('--cluster') ? { PRISMESH_TRACKER_SECRET: 'the-same-in-all-processes' } : {}
}

/** Runs a line that prints a key or a token, into the file that it names. */
async function runsTool(line: string, folder: string): Promise<void> {
  const [, flags = '', file] = /^npx prismesh-tracker ([^>]*?)(?: > (\S+))?$/.exec(line) ?? []
  const bin = join(root, 'tracker/bin/prismesh-tracker.mjs')
  const { stdout } = await run(process.execPath, [bin, ...flags.split(' ')], { cwd: folder })
  assert.notEqual(stdout, '', line)
  if (file !== undefined) await writeFile(join(folder, file), stdout)
}

function exampleOf(info: string): Record<string, unknown> {
  const block = readPage('docs/tracker.md').blocks.find((each) => each.info === info)
  assert.ok(block, `no example ${info}`)
  return JSON.parse(block.code) as Record<string, unknown>
}

async function json(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(url)).json()) as Record<string, unknown>
}

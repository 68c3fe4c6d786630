import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TrackerClient } from './tracker-client.js'

const cli = fileURLToPath(new URL('../../tracker/src/cli.js', import.meta.url))

describe('the prismesh-tracker command', () => {
  const children: ChildProcess[] = []
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

  function run(args: string[], environment: Record<string, string> = {}, script = cli) {
    const child = spawn(process.execPath, [script, ...args], {
      env: { PATH: process.env['PATH'], ...environment },
    })
    children.push(child)
    const output = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...output }))
    /** Resolves with the log's first line that holds `text`. */
    const logged = (text: string) =>
      new Promise<Record<string, unknown>>((resolve) => {
        const look = () => {
          const line = output.out.split('\n').find((candidate) => candidate.includes(text))
          if (line !== undefined && line.endsWith('}')) resolve(JSON.parse(line) as Record<string, unknown>)
        }
        child.stdout.on('data', look)
        look()
      })
    return { child, ended, logged }
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`serves until ${signal}, then exits with 0`, async () => {
      const tracker = run(['--open', '--port', '0'])
      const { url } = await tracker.logged('tracker listening')
      await tracker.logged('open admission: anyone')
      const { client } = await TrackerClient.join(String(url), 1)
      tracker.child.kill(signal)
      assert.equal(await client.nextErrorCode(), 'shutting-down')
      assert.equal(await client.closed, 1001)
      const { code, out, err } = await tracker.ended
      assert.deepEqual([code, err], [0, ''])
      assert.match(out, /tracker stopped/)
    })
  }

  it('writes no address of a client, whatever the log level', async () => {
    const tracker = run(['--open', '--port', '0', '--log-level', 'debug'])
    const { url } = await tracker.logged('tracker listening')
    const { client } = await TrackerClient.join(String(url), 1)
    client.say({ kind: 'leave' })
    await client.closed
    tracker.child.kill('SIGTERM')
    const lines = (await tracker.ended).out.split('\n').filter((line) => !line.includes('tracker listening'))
    assert.ok(lines.some((line) => line.includes('connection closed')))
    assert.doesNotMatch(lines.join('\n'), /127\.0\.0\.1|::1|hostname|pid/)
  })

  it('does not start without keys unless open admission is named', async () => {
    const { code, out, err } = await run([]).ended
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, /^prismesh-tracker: tokenKeys: missing: .*--token-keys keys\.json.*--open\n$/)
  })

  it('names each mistake in one line and exits with 2', async () => {
    const { code, err } = await run(['--open', '--port', 'http'], { PRISMESH_TRACKER_PROT: '1' }).ended
    assert.equal(code, 2)
    assert.deepEqual(err.trimEnd().split('\n'), [
      'prismesh-tracker: PRISMESH_TRACKER_PROT: unknown option, did you mean PRISMESH_TRACKER_PORT? (environment)',
      'prismesh-tracker: --port: must be an integer from 0 to 65535, not "http" (flag)',
    ])
  })

  it('says in one line that a port is in use and exits with 1', async () => {
    const { port } = new URL(
      String((await run(['--open', '--port', '0']).logged('tracker listening'))['url']),
    )
    const { code, err } = await run(['--open'], { PRISMESH_TRACKER_PORT: port }).ended
    assert.deepEqual(
      [code, err],
      [1, `prismesh-tracker: cannot listen at 127.0.0.1:${port}: the port is in use\n`],
    )
  })

  it('says what to do when it was not built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prismesh-'))
    try {
      const bin = join(folder, 'prismesh-tracker.mjs')
      cpSync(new URL('../../../tracker/bin/prismesh-tracker.mjs', import.meta.url), bin)
      const { code, err } = await run([], {}, bin).ended
      assert.deepEqual([code, err], [1, 'prismesh-tracker: not built yet; run `npm run build` first\n'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('prints its version', async () => {
    const { code, out } = await run(['--version']).ended
    assert.equal(code, 0)
    assert.match(out, /^\d+\.\d+\.\d+\n$/)
  })
})

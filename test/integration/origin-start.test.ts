import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const startScript = fileURLToPath(new URL('../../demo/start.js', import.meta.url))

/** Ended after each test, however it went. */
const children: ChildProcess[] = []
const anyPorts = ['--origin-port', '0', '--tracker-port', '0', '--page-port', '0']

describe('the start command', function () {
  this.timeout(10_000)
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  it('prints help', async () => {
    const { code, out } = await start(['--help'])
    assert.equal(code, 0)
    assert.match(out, /--viewers <count>/)
  })

  for (const flag of ['--origin-port', '--tracker-port', '--page-port']) {
    it(`says in one line that a port is in use, and to choose another with ${flag}`, async () => {
      const taken = createServer().listen(0, '127.0.0.1')
      await once(taken, 'listening')
      const { port } = taken.address() as AddressInfo
      const { code, err } = await start([...anyPorts, flag, String(port)])
      assert.equal(err, `Port ${port} is in use. Stop what uses it, or choose another with ${flag}.\n`)
      assert.equal(code, 1)
      await closed(taken)
    })
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`starts a page that knows its stream and tracker, and ends at ${signal}`, async () => {
      const child = spawn(process.execPath, [startScript, ...anyPorts])
      children.push(child)
      const exit = once(child, 'exit')
      const page = await urlOfPage(child.stdout)
      const answer = await fetch(new URL('config.json', page))
      assert.equal(answer.headers.get('cache-control'), 'no-cache')
      const config = (await answer.json()) as Record<string, string>
      assert.match(config['tracker'] ?? '', /^ws:/)
      assert.match(await (await fetch(config['stream'] ?? '')).text(), /^#EXTM3U\n/)
      assert.equal((await fetch(config['originStats'] ?? '')).status, 200)
      assert.equal((await fetch(config['faults'] ?? '')).status, 200)
      assert.equal((await fetch(config['trackerStats'] ?? '')).status, 200)

      const asked = performance.now()
      child.kill(signal)
      assert.deepEqual(await exit, [0, null])
      assert.ok(performance.now() - asked < 2000)
    })
  }

  it('says in one line that ffmpeg is missing', async () => {
    const { code, err } = await start(['--ffmpeg', '--origin-port', '0'], { PATH: '' })
    assert.equal(
      err,
      'ffmpeg is not installed. Install it (e.g. apt install ffmpeg), or leave out --ffmpeg.\n',
    )
    assert.equal(code, 1)
  })

  it('says in one line that a source cannot be reached', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/x.m3u8`
    await closed(gone)
    const { code, err } = await start(['--source', url])
    assert.match(err, /^Cannot play http:\S+: .*ECONNREFUSED.*\.\n$/)
    assert.equal(code, 1)
  })

  it('refuses flags that make no sense', async () => {
    const mistakes: [flags: string[], message: RegExp][] = [
      [['--viewers', 'many'], /--viewers <count>.*whole number from 0 to/],
      [['--segment-seconds', '3'], /--segment-seconds <seconds>.*2 or 4/],
      [['--source', 'http://x/', '--ffmpeg'], /cannot be used with/],
      [['--unknown'], /unknown option/],
    ]
    const answers = await Promise.all(mistakes.map(([flags]) => start(flags)))
    for (const [index, [, message]] of mistakes.entries()) {
      assert.match(answers[index]?.err ?? '', message)
      assert.equal(answers[index]?.code, 1)
    }
  })
})

async function start(
  flags: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [startScript, ...flags], { env })
  children.push(child)
  const exit = once(child, 'exit') as Promise<[number | null]>
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  return { code, out, err }
}

/** Reads what the command prints until it names the page. */
async function urlOfPage(output: Readable): Promise<string> {
  let printed = ''
  for await (const chunk of output as AsyncIterable<Buffer>) {
    printed += chunk.toString('utf8')
    const url = /player page +(\S+)/.exec(printed)?.[1]
    if (url !== undefined && printed.includes('Ctrl-C')) return url
  }
  throw new Error(`no page in: ${printed}`)
}

async function closed(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
}

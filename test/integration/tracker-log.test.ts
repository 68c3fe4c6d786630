import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { TrackerClient } from './tracker-client.js'

const cli = fileURLToPath(new URL('../../tracker/src/cli.js', import.meta.url))

describe("the tracker's log", () => {
  const children: ChildProcess[] = []
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

  function start(port: number, stdout: 'pipe' | number) {
    const args = [cli, '--open', '--port', String(port), '--log-level', 'debug']
    const child = spawn(process.execPath, args, { stdio: ['ignore', stdout, 'pipe'] })
    children.push(child)
    let complaints = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text))
    return { child, complaints: () => complaints }
  }

  /** A visit that a tracker logs several lines of; then the tracker still introduces members, and stops as it should. */
  async function assertServes(port: number, child: ChildProcess): Promise<void> {
    const url = `ws://127.0.0.1:${port}`
    for (let number = 1; number <= 20; number += 1) {
      const { client } = await TrackerClient.join(url, number)
      client.say({ kind: 'leave' })
      await client.closed
    }
    const one = await TrackerClient.join(url, 30)
    const two = await TrackerClient.join(url, 31)
    assert.equal(two.joined.introductions.length, 1)
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    assert.equal(await one.client.closed, 1001)
    assert.deepEqual(await ended, [0, null])
  }

  it('may have nowhere to go: a disk that is full', async function () {
    if (!existsSync('/dev/full')) return this.skip()
    const full = openSync('/dev/full', 'w')
    try {
      const port = await freePort()
      const { child, complaints } = start(port, full)
      await untilListening(port)
      await assertServes(port, child)
      assert.equal(complaints(), '')
    } finally {
      closeSync(full)
    }
  })

  it('may have nobody who reads it any more', async () => {
    const port = await freePort()
    const { child, complaints } = start(port, 'pipe')
    await untilListening(port)
    child.stdout?.destroy()
    await assertServes(port, child)
    assert.equal(complaints(), '')
  })

  async function freePort(): Promise<number> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    server.close()
    await once(server, 'close')
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Its log, which says when it listens, is what is broken here. */
  async function untilListening(port: number): Promise<void> {
    for (;;) {
      const socket = connect(port, '127.0.0.1')
      const [outcome] = await Promise.race([
        once(socket, 'connect').then(() => ['there']),
        new Promise<[string]>((resolve) => socket.once('error', () => resolve(['not yet']))),
      ])
      socket.destroy()
      if (outcome === 'there') return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
})

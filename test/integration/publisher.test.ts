import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runDigestCommand } from '../../tracker/src/publisher/digest-command.js'
import { PackagerFolder, segmentBody } from '../support/tracker/packager-folder.js'

const stream = 'cdn.example.com/live/master.m3u8'
const cli = fileURLToPath(new URL('../../tracker/src/digest-cli.js', import.meta.url))

describe('the prismesh-digest command', function () {
  this.timeout(60_000)
  let keys: string
  let folder: PackagerFolder
  const children: ChildProcess[] = []
  const stops: (() => Promise<void>)[] = []

  before(async () => {
    keys = await mkdtemp(join(tmpdir(), 'prismesh-keys-'))
    for (const name of ['mine', 'other']) writeFileSync(join(keys, name), newKey())
  })
  beforeEach(async () => {
    folder = await PackagerFolder.open()
  })
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await folder.remove()
  })
  after(() => rm(keys, { recursive: true }))

  /** Watches in this process until stopped. */
  function watch(playlist = folder.playlist) {
    const stopping = new AbortController()
    const lines: string[] = []
    const warnings: string[] = []
    const running = runDigestCommand(
      ['watch', playlist, '--stream', `https://${stream}`, '--key', join(keys, 'mine')],
      { print: (line) => lines.push(line), warn: (line) => warnings.push(line), signal: stopping.signal },
    )
    const stop = async () => {
      stopping.abort()
      await running
    }
    stops.push(stop)
    return { lines, warnings, stop }
  }

  async function verify(key = 'mine', playlist = folder.playlist) {
    const lines: string[] = []
    const out = (line: string) => lines.push(line)
    const args = ['verify', playlist, '--stream', stream, '--key', join(keys, key)]
    const parts = { print: out, warn: out, signal: new AbortController().signal }
    return { code: await runDigestCommand(args, parts), lines }
  }

  /** Until every listed segment has its digest, and no other has. */
  async function untilSigned(): Promise<void> {
    const due = folder.listed.map((sequence) => `seg-${sequence}.ts.digest`).sort()
    await until(
      () => digestsIn(join(folder.root, 'v')).join() === due.join(),
      () => `${digestsIn(join(folder.root, 'v')).join()} for ${due.join()}`,
    )
  }

  it('signs what is listed, follows the window, and leaves nothing behind', async () => {
    const { warnings } = watch()
    for (let count = 0; count < 9; count += 1) {
      await folder.publish()
      if (count % 3 === 2) await untilSigned()
    }
    const { code, lines } = await verify()
    assert.deepEqual([code, lines], [0, ['4 right, 0 wrong']])
    assert.deepEqual(
      readdirSync(join(folder.root, 'v')).filter((name) => name.startsWith('.')),
      [],
    )
    assert.deepEqual(warnings, [])
  })

  it('waits for a segment that is listed before it is there, and signs again what was rewritten', async () => {
    await folder.publish()
    watch()
    await untilSigned()
    await folder.list()
    await writeFile(folder.segmentPath(1), new Uint8Array())
    await folder.publish()
    await until(() => existsSync(folder.digestPath(2)))
    assert.ok(!existsSync(folder.digestPath(1)), 'an empty file is no segment')
    await writeFile(folder.segmentPath(1), segmentBody(1).subarray(0, 20_000))
    await until(() => existsSync(folder.digestPath(1)))
    await appendFile(folder.segmentPath(1), segmentBody(1).subarray(20_000))
    await until(async () => (await verify()).code === 0)
  })

  it('takes over what an earlier run signed, and puts right what changed since', async () => {
    for (let count = 0; count < 4; count += 1) await folder.publish()
    const first = watch()
    await untilSigned()
    await first.stop()
    const kept = statSync(folder.digestPath(3)).mtimeMs
    await writeFile(folder.digestPath(0), (await readFile(folder.digestPath(0))).subarray(0, 50))
    await writeFile(folder.segmentPath(1), segmentBody(77))
    const later = new Date(Date.now() + 2000)
    await utimes(folder.segmentPath(1), later, later)
    await writeFile(join(folder.root, 'v', '.seg-2.ts.digest.part'), 'half')
    await writeFile(join(folder.root, 'v', 'notes.digest'), "somebody else's")
    const second = watch()
    await until(() => second.lines.length >= 2)
    await until(async () => (await verify()).code === 0)
    await second.stop()
    assert.deepEqual([...new Set(second.lines)].sort(), ['signed seg-0.ts', 'signed seg-1.ts'])
    assert.equal(statSync(folder.digestPath(3)).mtimeMs, kept)
    assert.ok(!existsSync(join(folder.root, 'v', '.seg-2.ts.digest.part')))
    assert.ok(existsSync(join(folder.root, 'v', 'notes.digest')))
  })

  it('finds changed bytes, another stream, another key, and nothing at all', async () => {
    assert.deepEqual(await verify(), { code: 1, lines: ['0 right, 0 wrong'] })
    for (let count = 0; count < 3; count += 1) await folder.publish()
    const { stop } = watch()
    await untilSigned()
    await stop()
    await writeFile(folder.segmentPath(0), segmentBody(5))
    await writeFile(folder.digestPath(1), await readFile(folder.digestPath(2)))
    const mixed = await verify()
    assert.equal(mixed.code, 1)
    assert.match(mixed.lines[0] ?? '', /^v\/seg-0\.ts\.digest: is not that of the segment's bytes$/)
    assert.match(mixed.lines[1] ?? '', /^v\/seg-1\.ts\.digest: .*\(other-segment\)$/)
    assert.equal(mixed.lines[2], '1 right, 2 wrong')
    const foreign = await verify('other')
    assert.match(foreign.lines.join('\n'), /signature-wrong/)
    assert.equal(foreign.lines.at(-1), '0 right, 3 wrong')
  })

  it('signs parts of one file that grows, and never leaves its folder', async () => {
    const path = join(folder.root, 'v', 'all.ts')
    const head = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n'
    const part = (start: number) => `#EXTINF:2,\n#EXT-X-BYTERANGE:20000@${start}\nall.ts\n`
    const outside = '#EXTINF:2,\n../../../etc/passwd\n#EXTINF:2,\nhttps://elsewhere.example/a.ts\n'
    const body = segmentBody(20_000)
    await writeFile(path, body.subarray(0, 30_000))
    await writeFile(join(folder.root, 'v', 'live.m3u8'), head + part(0) + part(20_000) + outside)
    const { warnings } = watch()
    await until(() => existsSync(`${path}.0-20000.digest`))
    assert.ok(!existsSync(`${path}.20000-40000.digest`), 'the file does not reach so far')
    await appendFile(path, body.subarray(30_000))
    await until(() => existsSync(`${path}.20000-40000.digest`))
    const { lines } = await verify()
    assert.equal(lines.at(-1), '2 right, 2 wrong')
    assert.equal(
      warnings.filter((line) => line.endsWith('is not below the folder of the playlist')).length,
      2,
    )
  })

  it('runs as a process until SIGTERM, and says what it was not told in one line', async () => {
    await folder.publish()
    const key = join(keys, 'mine')
    const child = run(['watch', folder.playlist, '--stream', stream, '--key', key])
    await until(() => child.out().includes('signed seg-0.ts'))
    child.process.kill('SIGTERM')
    assert.equal(await child.code, 0)
    for (const args of [
      ['watch', folder.playlist, '--key', key],
      ['watch', folder.playlist, '--stream', stream, '--key', join(keys, 'none')],
      ['watch', folder.playlist, '--stream', '', '--key', key],
      ['sign'],
    ]) {
      const mistaken = run(args)
      assert.equal(await mistaken.code, 2, args.join(' '))
      assert.match(mistaken.err(), /^prismesh-digest: [^\n]+\n$/)
    }
  })

  it("keeps up with ffmpeg's rotation", async function () {
    if (!hasFfmpeg()) this.skip()
    const playlist = join(folder.root, 'out', 'master.m3u8')
    const { warnings } = watch(playlist)
    assert.equal(warnings.length <= 1, true)
    execFileSync('mkdir', [join(folder.root, 'out')])
    const child = spawn('ffmpeg', ffmpegArguments(join(folder.root, 'out')), { stdio: 'ignore' })
    children.push(child)
    assert.deepEqual(await once(child, 'close'), [0, null])
    await until(async () => (await verify('mine', playlist)).code === 0)
    const names = readdirSync(join(folder.root, 'out'))
    const signed = names.filter((name) => name.endsWith('.digest')).map((name) => name.slice(0, -7))
    const segments = names.filter((name) => name.endsWith('.ts'))
    assert.ok(segments.length >= 8, `${segments.length} segments`)
    assert.deepEqual(
      signed.filter((name) => !segments.includes(name)),
      [],
      'the digests of deleted segments are deleted',
    )
  })

  function run(args: readonly string[]) {
    const child = spawn(process.execPath, [cli, ...args])
    children.push(child)
    const output = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
    const code = once(child, 'close').then(([value]) => value as number)
    return { process: child, code, out: () => output.out, err: () => output.err }
  }
})

function newKey(): string {
  return JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }))
}

function digestsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.digest') && !name.startsWith('.'))
    .sort()
}

function hasFfmpeg(): boolean {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Forty seconds in two renditions at three times their pace; a window of 4 segments of 1 s, and older ones deleted. */
function ffmpegArguments(folder: string): string[] {
  return [
    ...[
      '-nostdin',
      '-loglevel',
      'error',
      '-readrate',
      '4',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x90:rate=10',
    ],
    ...[
      '-t',
      '40',
      '-map',
      '0:v',
      '-map',
      '0:v',
      '-c:v',
      'mpeg2video',
      '-g',
      '10',
      '-b:v:0',
      '600k',
      '-b:v:1',
      '200k',
    ],
    ...['-f', 'hls', '-hls_time', '1', '-hls_list_size', '4', '-hls_delete_threshold', '1'],
    ...['-hls_flags', 'delete_segments+omit_endlist', '-master_pl_name', 'master.m3u8'],
    ...['-var_stream_map', 'v:0,name:high v:1,name:low'],
    ...['-hls_segment_filename', `${folder}/%v-%d.ts`, `${folder}/%v.m3u8`],
  ]
}

async function until(
  condition: () => boolean | Promise<boolean>,
  what: () => string = () => 'the condition',
): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

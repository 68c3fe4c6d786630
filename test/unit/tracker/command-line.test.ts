import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine } from '../../../tracker/src/config/command-line.js'
import { configKeys } from '../../../tracker/src/config/config-schema.js'
import { environmentName, flagName } from '../../../tracker/src/config/option-names.js'
import { trackerVersion } from '../../../tracker/src/version.js'

describe('the command line of the tracker', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'prismesh-'))
    file = join(folder, 'tracker.json')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const configOf = (args: string[], environment: Record<string, string> = {}) => {
    const read = readCommandLine(args, environment)
    assert.equal(read.kind, 'start', JSON.stringify(read))
    return read.config
  }
  const problemsOf = (args: string[], environment: Record<string, string> = {}) => {
    const read = readCommandLine(args, environment)
    assert.equal(read.kind, 'refused', JSON.stringify(read))
    return read.problems
  }

  it('has defaults for all but the admission', () => {
    const { host, port, open, secret, logLevel } = configOf([])
    assert.deepEqual([host, port, open, secret, logLevel], ['127.0.0.1', 8433, false, undefined, 'info'])
  })

  it('takes flags before the environment, that before the file, and that before defaults', () => {
    writeFileSync(
      file,
      JSON.stringify({ port: 1, membersMax: 1, streamsMax: 1, open: true, secret: 's'.repeat(16) }),
    )
    const environment = { PRISMESH_TRACKER_PORT: '2', PRISMESH_TRACKER_MEMBERS_MAX: '2', OTHER: 'x' }
    const config = configOf(['--port', '3', '--config', file], environment)
    assert.deepEqual(
      [config.port, config.membersMax, config.streamsMax, config.connectionsMax, config.open],
      [3, 2, 1, 22_000, true],
    )
    assert.equal(config.secret, 's'.repeat(16))
    assert.equal(configOf([], { PRISMESH_TRACKER_CONFIG: file }).port, 1)
    assert.ok(Object.isFrozen(config))
  })

  it('reads lists from repeated flags, and from the environment by commas', () => {
    const flags = ['--allow-origin', 'https://a.example', '--allow-origin', 'https://b.example:444']
    const origins = ['https://a.example', 'https://b.example:444']
    assert.deepEqual(configOf(flags).allowOrigin, origins)
    assert.deepEqual(configOf([], { PRISMESH_TRACKER_ALLOW_ORIGIN: origins.join(', ') }).allowOrigin, origins)
    assert.deepEqual(configOf(['--trusted-proxy', '::1']).trustedProxy, ['::1'])
    assert.deepEqual(problemsOf(['--allow-origin', 'a.example']), [
      '--allow-origin: must be origins such as https://example.com, not ["a.example"] (flag)',
    ])
    assert.match(problemsOf(['--trusted-proxy', 'localhost'])[0] ?? '', /must be addresses or networks/)
  })

  it('reads true and false from the environment', () => {
    const openOf = (text: string) => configOf([], { PRISMESH_TRACKER_OPEN: text }).open
    assert.deepEqual([openOf('true'), openOf('1'), openOf('false'), openOf('0')], [true, true, false, false])
    assert.equal(configOf(['--open'], { PRISMESH_TRACKER_OPEN: 'false' }).open, true)
    assert.deepEqual(problemsOf([], { PRISMESH_TRACKER_OPEN: 'yes' }), [
      'PRISMESH_TRACKER_OPEN: must be true or false, not "yes" (environment)',
    ])
  })

  it('names every mistake and where it was made, even in values that do not count', () => {
    writeFileSync(file, JSON.stringify({ ports: 1, port: '1', host: '', openn: true, xyzzy: 1 }))
    assert.deepEqual(problemsOf(['--port', '8433', '--config', file, '--members-max', '1e3']), [
      `ports: unknown option, did you mean port? (${file})`,
      `openn: unknown option, did you mean open? (${file})`,
      `xyzzy: unknown option (${file})`,
      '--members-max: must be an integer from 1 to 1000000, not "1e3" (flag)',
      `port: must be an integer from 0 to 65535, not "1" (${file})`,
      `host: must not be empty, not "" (${file})`,
    ])
  })

  it('refuses files that are none', () => {
    const missing = join(folder, 'missing.json')
    assert.deepEqual(problemsOf(['--config', missing]), [`${missing}: cannot be read (ENOENT)`])
    for (const text of ['{', '[]', '1', 'null']) {
      writeFileSync(file, text)
      assert.deepEqual(problemsOf(['--config', file]), [`${file}: must hold one JSON object`])
    }
  })

  it('keeps the secret out of flags and messages', () => {
    assert.match(
      problemsOf(['--secret', 'a secret of many characters'])[0] ?? '',
      /unknown option '--secret'/,
    )
    assert.deepEqual(problemsOf([], { PRISMESH_TRACKER_SECRET: 'short' }), [
      'PRISMESH_TRACKER_SECRET: must have at least 16 characters (environment)',
    ])
  })

  it('refuses what it does not know, with a guess', () => {
    assert.deepEqual(problemsOf(['--prot', '1']), ["unknown option '--prot' (Did you mean --port?) (flag)"])
    assert.equal(problemsOf(['extra']).length, 1)
    assert.equal(problemsOf(['--port']).length, 1)
  })

  it('tells of every option in its help', () => {
    const help = readCommandLine(['--help'], {})
    assert.equal(help.kind, 'print')
    for (const key of configKeys) {
      assert.ok(help.text.includes(environmentName(key)), key)
      assert.equal(help.text.includes(flagName(key)), key !== 'secret', key)
    }
  })

  it('prints the version of the package', () => {
    const packageJson = readFileSync(new URL('../../../../tracker/package.json', import.meta.url), 'utf8')
    assert.equal((JSON.parse(packageJson) as { version: string }).version, trackerVersion)
    assert.deepEqual(readCommandLine(['--version'], {}), { kind: 'print', text: `${trackerVersion}\n` })
  })
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { environmentSource } from '../../../tracker/src/config/config-source.js'
import { repoRoot } from '../../support/browser/repo-root.js'

const at = (path: string) => join(repoRoot, 'deploy', path)
const read = (path: string) => readFileSync(at(path), 'utf8')

describe('the systemd unit', () => {
  const unit = read('systemd/prismesh-tracker.service')
  const settings = unit.split('\n').flatMap((line) => {
    const [, key, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
    return key === undefined ? [] : [[key, value] as const]
  })
  const all = (key: string) => settings.filter(([name]) => name === key).map(([, value]) => value)

  it('gives the tracker options that it has', () => {
    const given = all('Environment').map((text) => text.split('=', 2) as [string, string])
    ok(given.length >= 3)
    deepEqual(environmentSource(Object.fromEntries(given)).problems, [])
    const credentials = all('LoadCredential').map((text) => text.split(':')[0])
    for (const [, path] of given) {
      if (path.startsWith('%d/')) ok(credentials.includes(path.slice(3)), path)
      else ok(path.startsWith('/var/lib/prismesh/') && all('StateDirectory').includes('prismesh'), path)
    }
  })

  it('lets the process have nothing that it does not need', () => {
    for (const key of ['NoNewPrivileges', 'DynamicUser', 'PrivateDevices', 'RestrictNamespaces'])
      deepEqual(all(key), ['yes'], key)
    deepEqual([all('ProtectSystem'), all('CapabilityBoundingSet')], [['strict'], ['']])
  })

  it('is one that systemd understands', function () {
    this.timeout(20_000)
    const { status, stderr, error } = spawnSync(
      'systemd-analyze',
      ['verify', at('systemd/prismesh-tracker.service')],
      { encoding: 'utf8' },
    )
    // No systemd, as in most containers: the other tests still hold.
    if (error) return this.skip()
    equal(status, 0, stderr)
    equal(/prismesh-tracker\.service/.test(stderr), false, stderr)
  })
})

describe('the Dockerfile', () => {
  const lines = read('docker/Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const all = (instruction: string) =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1))

  it('starts from a Node that the tracker runs on', () => {
    const { engines } = JSON.parse(readFileSync(join(repoRoot, 'tracker/package.json'), 'utf8')) as {
      engines: { node: string }
    }
    for (const from of all('FROM')) equal(`>=${/^node:(\d+)-/.exec(from)?.[1]}`, engines.node)
  })

  it('runs as nobody in particular, and hands signals on', () => {
    deepEqual(all('USER'), ['node'])
    deepEqual(JSON.parse(all('ENTRYPOINT')[0] ?? ''), ['prismesh-tracker'])
    const environment = Object.fromEntries(
      all('ENV')
        .filter((text) => text.startsWith('PRISMESH'))
        .map((text) => text.split('=', 2)),
    ) as Record<string, string>
    deepEqual(environmentSource(environment).problems, [])
  })

  it('packs what the build makes', () => {
    const run = all('RUN').join(' ')
    const { scripts, workspaces } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
      workspaces: string[]
    }
    for (const [, script = ''] of run.matchAll(/npm run ([\w:]+)/g)) ok(script in scripts, script)
    for (const [, workspace = ''] of run.matchAll(/--workspace (\S+)/g)) ok(workspaces.includes(workspace))
    ok(existsSync(at('docker/Dockerfile.dockerignore')))
  })

  it('brings the clients of brokers that the tracker asks for', () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(repoRoot, 'tracker/package.json'), 'utf8')) as {
      peerDependencies: Record<string, string>
    }
    const clients = Object.entries(peerDependencies).map(([name, version]) => `${name}@${version}`)
    ok(clients.length >= 2)
    for (const client of clients) ok(all('RUN').at(-1)?.includes(` ${client} `), client)
  })

  it('has a health check that can fail', () => {
    const [, , script = ''] = JSON.parse(
      /CMD (\[.*\])/.exec(all('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]',
    ) as string[]
    const check = (url: string) =>
      spawnSync(process.execPath, ['-e', script.replace('http://127.0.0.1:8433/health', url)]).status
    equal(check('data:,ok'), 0)
    equal(check('http://127.0.0.1:1/health'), 1)
  })
})

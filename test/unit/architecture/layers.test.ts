import { deepEqual, equal, ok } from 'node:assert/strict'
import { posix } from 'node:path'
import { describe, it } from 'mocha'
import { readSourceFiles, type SourceFile } from './source-files.js'

interface Layer {
  readonly name: string
  /** The files in it. The first layer that matches a file is the file's. */
  readonly files: RegExp
  /** The other layers it may import from. */
  readonly layers: readonly string[]
  /** The packages it may import. */
  readonly packages: RegExp
}

const none = /^$/
const any = /./

const layers: readonly Layer[] = [
  { name: 'protocol', files: /^protocol\//, layers: [], packages: /^valibot$/ },
  { name: 'engine', files: /^client-sdk\/src\/engine\//, layers: ['protocol'], packages: none },
  { name: 'ports', files: /^client-sdk\/src\/ports\//, layers: ['protocol', 'engine'], packages: none },
  {
    name: 'transport',
    files: /^client-sdk\/src\/transport\//,
    layers: ['protocol', 'engine', 'ports'],
    // Of hls.js types only, for the CDN by way of a site's own loader: the bundle fails on anything more.
    packages: /^(?:simple-peer(?:\/simplepeer\.min\.js)?|bittorrent-protocol|hls\.js)$/,
  },
  {
    name: 'player',
    files: /^client-sdk\/src\/player\//,
    layers: ['protocol', 'engine', 'ports'],
    packages: /^hls\.js$/,
  },
  {
    // A bundle of its own: what it shares with the SDK is the kind of its errors.
    name: 'consent dialog',
    files: /^client-sdk\/src\/(?:consent-dialog\/|errors\.ts)/,
    layers: [],
    packages: none,
  },
  {
    name: 'sdk',
    files: /^client-sdk\/src\/[^/]+$/,
    layers: ['protocol', 'engine', 'ports', 'transport', 'player', 'consent dialog'],
    packages: /^(?:hls\.js|@noble\/hashes\/sha2\.js)$/,
  },
  { name: 'tracker core', files: /^tracker\/src\/core\//, layers: ['protocol'], packages: none },
  {
    name: 'tracker for WebTorrent',
    files: /^tracker\/src\/webtorrent\//,
    layers: ['tracker core'],
    packages: none,
  },
  {
    name: 'tracker base',
    files: /^tracker\/src\/(?:tracker-error|version)\.ts$/,
    layers: [],
    packages: none,
  },
  {
    name: 'tracker config',
    files: /^tracker\/src\/config\//,
    layers: ['protocol', 'tracker core', 'tracker base'],
    packages: any,
  },
  {
    name: 'tracker admission',
    files: /^tracker\/src\/admission\//,
    layers: ['protocol', 'tracker core', 'tracker base'],
    packages: /^(?:jose|valibot|node:(?:crypto|fs))$/,
  },
  {
    name: 'tracker witness',
    files: /^tracker\/src\/witness\//,
    layers: ['protocol', 'tracker core', 'tracker config'],
    packages: /^(?:pino|node:(?:crypto|dns|http|https|net))$/,
  },
  {
    // The command that signs digests beside a packager's segments.
    name: 'tracker publisher',
    files: /^tracker\/src\/publisher\//,
    layers: ['protocol', 'tracker core', 'tracker base', 'tracker admission', 'tracker witness'],
    packages: /^(?:commander|node:(?:crypto|fs|fs\/promises|path))$/,
  },
  {
    name: 'tracker fleet',
    files: /^tracker\/src\/fleet\//,
    layers: ['protocol', 'tracker core', 'tracker base'],
    packages: /^(?:@redis\/client|@nats-io\/transport-node|pino|node:crypto)$/,
  },
  {
    name: 'tracker places',
    files: /^tracker\/src\/places\//,
    layers: ['tracker core', 'tracker base'],
    packages: /^(?:mmdb-lib|node:(?:crypto|fs|net))$/,
  },
  {
    name: 'tracker server',
    files: /^tracker\/src\/server\//,
    layers: [
      'protocol',
      'tracker core',
      'tracker base',
      'tracker config',
      'tracker admission',
      'tracker witness',
      'tracker fleet',
      'tracker for WebTorrent',
      'tracker places',
    ],
    packages: any,
  },
  {
    // In the browser. Of the server's types only: the bundle fails on anything more.
    name: 'tracker console',
    files: /^tracker\/console\//,
    layers: ['protocol', 'tracker server'],
    packages: none,
  },
  {
    name: 'tracker commands',
    files: /^tracker\/src\/commands\//,
    layers: ['protocol', 'tracker base', 'tracker config', 'tracker admission'],
    packages: any,
  },
  {
    name: 'tracker',
    files: /^tracker\/src\/[^/]+$/,
    layers: [
      'protocol',
      'tracker core',
      'tracker base',
      'tracker config',
      'tracker server',
      'tracker commands',
      'tracker publisher',
    ],
    packages: any,
  },
  {
    name: 'demo page',
    files: /^demo\/page\//,
    layers: [],
    packages: /^(?:prismesh(?:\/consent)?|hls\.js|uplot)$/,
  },
  { name: 'demo', files: /^demo\//, layers: ['tracker'], packages: any },
  {
    name: 'virtual swarm',
    files: /^test\/support\/swarm\//,
    layers: ['protocol', 'engine', 'ports', 'player', 'sdk'],
    packages: none,
  },
  {
    // What the tracker's tests and the simulator have in common.
    name: 'unlimited tracker',
    files: /^test\/support\/tracker\/unlimited-settings\.ts$/,
    layers: ['protocol', 'tracker core'],
    packages: none,
  },
  {
    // What hashes blocks outside a browser.
    name: 'sha-256',
    files: /^test\/support\/sha256\.ts$/,
    layers: [],
    packages: /^node:crypto$/,
  },
  {
    // What the browser benchmark and the simulator have in common.
    name: 'swarm shapes',
    files: /^test\/bench\/swarm\/(?:shapes|bars)\.ts$/,
    layers: [],
    packages: none,
  },
  {
    // What ships, in virtual time: no server, no socket, no WebRTC.
    name: 'simulator',
    files: /^test\/sim\//,
    layers: [
      'protocol',
      'engine',
      'ports',
      'transport',
      'sdk',
      'tracker core',
      'unlimited tracker',
      'sha-256',
      'virtual swarm',
      'swarm shapes',
    ],
    packages: /^(?:commander|node:(?:child_process|crypto|fs|process))$/,
  },
]

/** Tests may import anything, unless they are in a layer above, and nothing may import them. */
const test = /^test\//

/** Fewer files or imports than this and the test did not see the project. */
const filesMin = 200
const importsMin = 600

describe('layers', () => {
  const files = readSourceFiles()
  const imports = files.flatMap((file) => file.imports.map((target) => ({ file, target })))

  it(`sees the project: ${files.length} files and ${imports.length} imports`, () => {
    ok(files.length >= filesMin, `${files.length} files, expected at least ${filesMin}`)
    ok(imports.length >= importsMin, `${imports.length} imports, expected at least ${importsMin}`)
  })

  it('has a layer for every file', () => {
    deepEqual(
      files.filter(({ path }) => layerOf(path) === undefined && !test.test(path)).map(({ path }) => path),
      [],
    )
  })

  it('imports only what its layer may', () => {
    deepEqual(
      imports.flatMap(({ file, target }) => violation(file, target) ?? []),
      [],
    )
  })

  it('notices an import that goes the wrong way', () => {
    const from = (path: string, target: string) => violation({ path }, target)
    equal(from('protocol/block.ts', '../client-sdk/src/index.js'), 'protocol/block.ts: protocol imports sdk')
    equal(
      from('client-sdk/src/engine/cell.ts', 'node:fs'),
      'client-sdk/src/engine/cell.ts: engine imports node:fs',
    )
    equal(
      from('client-sdk/src/player/loader.ts', '../transport/link.js'),
      'client-sdk/src/player/loader.ts: player imports transport',
    )
    equal(
      from('demo/page/page.ts', '../../client-sdk/src/index.js'),
      'demo/page/page.ts: demo page imports sdk',
    )
    equal(
      from('tracker/src/index.ts', '../../test/support/clock.js'),
      'tracker/src/index.ts: tracker imports test/support/clock.ts',
    )
    equal(
      from('test/sim/run.ts', '../../tracker/src/server/tracker-server.js'),
      'test/sim/run.ts: simulator imports tracker server',
    )
    equal(
      from('tracker/src/index.ts', '../../test/sim/run.js'),
      'tracker/src/index.ts: tracker imports simulator',
    )
    equal(from('test/unit/engine/cell.test.ts', '../../../client-sdk/src/index.js'), undefined)
    equal(from('client-sdk/src/index.ts', './engine/cell.js'), undefined)
  })
})

function layerOf(path: string): Layer | undefined {
  return layers.find(({ files }) => files.test(path))
}

/** What is wrong with an import, if anything is. */
function violation(file: Pick<SourceFile, 'path'>, target: string): string | undefined {
  const layer = layerOf(file.path)
  if (layer === undefined) return test.test(file.path) ? undefined : `${file.path} is in no layer`
  if (!target.startsWith('.')) {
    return layer.packages.test(target) ? undefined : `${file.path}: ${layer.name} imports ${target}`
  }
  const path = posix.join(posix.dirname(file.path), target).replace(/\.js$/, '.ts')
  const other = layerOf(path)?.name ?? path
  return other === layer.name || layer.layers.includes(other)
    ? undefined
    : `${file.path}: ${layer.name} imports ${other}`
}

// Bundles what `tsc -b` left in build/. ROLLUP_ONLY=sdk,tracker,demo limits it to some of the three; the demo page
// imports the SDK through its public entry, so it needs the SDK's bundle.
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import commonjs from '@rollup/plugin-commonjs'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { privateNames } from './scripts/private-names.mjs'

const root = dirname(fileURLToPath(import.meta.url))
const at = (...parts) => join(root, ...parts)
const targets = { sdk, tracker, demo }

export default async function configure() {
  const names = process.env['ROLLUP_ONLY']?.split(',') ?? Object.keys(targets)
  const unknown = names.filter((name) => !Object.hasOwn(targets, name))
  if (unknown.length > 0) throw new Error(`ROLLUP_ONLY: no target named ${unknown.join(', ')}`)
  return (await Promise.all(names.map((name) => targets[name]()))).flat()
}

function sdk() {
  const esm = input('build/client-sdk/src/index.js')
  const iife = input('build/client-sdk/src/iife.js')
  const dist = at('client-sdk/dist')
  const plugins = () => [
    forBrowsers(),
    withoutDebugging(),
    ...fromPackages(),
    typescriptMaps(),
    licences('prismesh.licences.txt'),
  ]
  return [
    {
      input: esm,
      plugins: plugins(),
      onLog: failOnWarnings,
      output: [
        { file: join(dist, 'prismesh.mjs'), format: 'es', sourcemap: true },
        {
          file: join(dist, 'prismesh.min.mjs'),
          format: 'es',
          sourcemap: true,
          plugins: [minifySdk(true)],
        },
      ],
    },
    {
      input: iife,
      plugins: plugins(),
      onLog: failOnWarnings,
      output: {
        file: join(dist, 'prismesh.iife.min.js'),
        format: 'iife',
        name: 'Prismesh',
        exports: 'default',
        sourcemap: true,
        plugins: [minifySdk(false)],
      },
    },
    consentDialog(dist),
  ]
}

/** `prismesh/consent`: a bundle of its own, for it is of use only to pages without a consent dialog. */
function consentDialog(dist) {
  const output = (file, more) => ({ file: join(dist, file), sourcemap: true, ...more })
  return {
    input: input('build/client-sdk/src/consent-dialog/index.js'),
    plugins: [typescriptMaps()],
    onLog: failOnWarnings,
    output: [
      output('consent.mjs', { format: 'es' }),
      output('consent.min.mjs', { format: 'es', plugins: [minify(true)] }),
      output('consent.iife.min.js', { format: 'iife', name: 'PrismeshConsent', plugins: [minify(false)] }),
    ],
  }
}

async function tracker() {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(at('tracker/package.json'), 'utf8'))
  const external = Object.keys({ ...dependencies, ...peerDependencies }).map(
    (name) => new RegExp(`^${name}(/|$)`),
  )
  const server = {
    input: {
      'prismesh-tracker': input('build/tracker/src/index.js'),
      cli: input('build/tracker/src/cli.js'),
      'digest-cli': input('build/tracker/src/digest-cli.js'),
    },
    external: [/^node:/, ...external],
    plugins: [nodeResolve({ exportConditions: ['node'] }), typescriptMaps()],
    onLog: failOnWarnings,
    output: {
      dir: at('tracker/dist'),
      format: 'es',
      sourcemap: true,
      entryFileNames: '[name].mjs',
      chunkFileNames: 'shared.mjs',
    },
  }
  return [server, trackerConsole()]
}

/** The console's page, beside the tracker's bundle, and where the tests' tracker in build/ looks for it. */
function trackerConsole() {
  const folders = [at('tracker/dist/console'), at('build/tracker/src/server/operator/console')]
  return {
    input: { console: input('build/tracker/console/console.js') },
    plugins: [nodeResolve(), typescriptMaps(), copyPage(at('tracker/console'))],
    onLog: failOnWarnings,
    output: folders.map((dir) => ({
      dir,
      format: 'es',
      entryFileNames: '[name].mjs',
      plugins: [minify(true)],
    })),
  }
}

function demo() {
  return {
    input: input('build/demo/page/page.js'),
    plugins: [...fromPackages(), typescriptMaps(), copyPage(at('demo/page'))],
    onLog: failOnWarnings,
    output: { file: at('demo/dist/page.js'), format: 'es', sourcemap: true },
  }
}

function input(path) {
  if (!existsSync(at(path))) {
    throw new Error(`${path} does not exist: run \`tsc -b\` first (it needs ${path.slice(6, -3)}.ts)`)
  }
  return at(path)
}

function fromPackages() {
  return [nodeResolve({ browser: true, preferBuiltins: false }), commonjs({ requireReturnsDefault: 'auto' })]
}

/** Puts browser builds and small stand-ins in place of what the SDK's dependencies import for Node. */
function forBrowsers() {
  const standIn = (name) => at('scripts/browser-stand-ins', `${name}.mjs`)
  const standIns = new Map([
    ['buffer', standIn('buffer')],
    ['debug', standIn('debug')],
    ['randombytes', standIn('random-bytes')],
    ['readable-stream', standIn('duplex')],
    ['text-decoder', standIn('text-decoder')],
    ['uint8-util', standIn('uint8-util')],
  ])
  const aliases = new Map([
    // The prebuilt file, which needs no stand-ins, carries 20 KiB of Node's streams and buffers, gzipped.
    ['simple-peer/simplepeer.min.js', 'simple-peer'],
    // Its default is Node's `events`.
    ['events-universal', 'bare-events'],
  ])
  return {
    name: 'for-browsers',
    resolveId(source, importer, options) {
      if (source === './mse.js' && importer?.includes(`${sep}bittorrent-protocol${sep}`)) {
        return standIn('message-stream-encryption')
      }
      if (source === 'hls.js') this.error('The page brings its own hls.js: import its types only')
      if (standIns.has(source)) return standIns.get(source)
      if (aliases.has(source))
        return this.resolve(aliases.get(source), importer, { ...options, skipSelf: true })
      return null
    },
  }
}

/** What simple-peer and bittorrent-protocol write for their own developers goes, and the work to make it: 0.9 KiB after gzip. */
function withoutDebugging() {
  return {
    name: 'without-debugging',
    transform(code, id) {
      if (!/[\\/]node_modules[\\/](?:simple-peer|bittorrent-protocol)[\\/]/.test(id)) return null
      return { code: code.replaceAll('this._debug(', 'false && this._debug('), map: null }
    },
  }
}

/** Loads tsc's maps with its output, so that the bundles' maps lead to the TypeScript. */
function typescriptMaps() {
  return {
    name: 'typescript-maps',
    async load(id) {
      if (!id.startsWith(at('build') + sep) || !existsSync(`${id}.map`)) return null
      return { code: await readFile(id, 'utf8'), map: JSON.parse(await readFile(`${id}.map`, 'utf8')) }
    },
  }
}

/**
 * Code that is inlined less, statements that are not joined by commas, and comparisons that are left as they are written
 * repeat more, which gzip likes: 0.3 KiB.
 */
function minify(module, mangle = {}) {
  const compress = {
    passes: 3,
    keep_fargs: false,
    inline: 1,
    sequences: false,
    comparisons: false,
    lhs_constants: false,
  }
  return terser({ module, ecma: 2020, compress, mangle, format: { comments: false } })
}

/**
 * In the SDK's bundle, where all is, properties can be short that packages keep to themselves, whose custom is to write `_`
 * before them, and that our own classes do: 1 KiB.
 */
function minifySdk(module) {
  const folders = [at('client-sdk/src'), at('protocol')]
  return {
    name: 'minify-sdk',
    renderChunk(code, ...more) {
      const regex = new RegExp(`^(?:_.*|${privateNames(this.parse(code), folders).join('|')})$`)
      return minify(module, { properties: { regex } }).renderChunk.call(this, code, ...more)
    },
  }
}

/** Writes the licences of the packages in a bundle next to it, as they ask. */
function licences(fileName) {
  return {
    name: 'licences',
    async generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => Object.keys(file.modules ?? {}))
      const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined))
      const texts = await Promise.all([...folders].sort().map(licence))
      this.emitFile({ type: 'asset', fileName, source: texts.join('\n\n') })
    },
  }
}

function packageFolder(id) {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '')
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0]
}

async function licence(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8')
  return `${name} ${version} (${license})\n\n${text.trim()}`
}

function copyPage(folder) {
  return {
    name: 'copy-page',
    async buildStart() {
      const files = (await readdir(folder)).filter((file) => file === 'index.html' || file.endsWith('.css'))
      if (!files.includes('index.html')) this.error(`${relative(root, folder)} has no index.html`)
      for (const file of files) {
        const path = resolve(folder, file)
        this.addWatchFile(path)
        this.emitFile({ type: 'asset', fileName: file, source: await readFile(path) })
      }
    },
  }
}

/** A bundle with an unresolved import or a missing export fails in the browser: it fails here instead. */
function failOnWarnings(level, log, handler) {
  handler(level === 'warn' && log.code !== 'CIRCULAR_DEPENDENCY' ? 'error' : level, log)
}

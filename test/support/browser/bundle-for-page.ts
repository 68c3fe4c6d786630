import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rollup, type InputPluginOption, type Plugin, type RollupOptions } from 'rollup'
import { repoRoot } from './repo-root.js'

/**
 * Bundles one of the compiled `page-scripts` for a page, by the very settings that make the SDK's bundle: with the
 * same stand-ins for what its dependencies import for Node. Returns a script.
 *
 * @param name - the file's name without extension
 */
export async function bundleForPage(name: string): Promise<string> {
  const bundle = await rollup({
    input: join(repoRoot, `build/test/support/browser/page-scripts/${name}.js`),
    plugins: [pageAssert, await sdkPlugins()],
    onLog: () => {},
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'pageScript' })
  await bundle.close()
  return output[0].code
}

/** Contracts assert with Node's module. In a page as much of it stands in for it as they use. */
const pageAssert: Plugin = {
  name: 'page-assert',
  resolveId: (source) => (source === 'node:assert/strict' ? '\0page-assert' : null),
  load: (id) =>
    id === '\0page-assert'
      ? `function ok(value, message) { if (!value) throw new Error(message ?? 'not true: ' + value) }
         function equal(actual, expected) { ok(Object.is(actual, expected), actual + ' is not ' + expected) }
         function deepEqual(actual, expected) { equal(JSON.stringify(actual), JSON.stringify(expected)) }
         export default { ok, equal, deepEqual }`
      : null,
}

async function sdkPlugins(): Promise<InputPluginOption> {
  const module = (await import(pathToFileURL(join(repoRoot, 'rollup.config.mjs')).href)) as {
    default(): Promise<readonly RollupOptions[]>
  }
  const before = process.env['ROLLUP_ONLY']
  process.env['ROLLUP_ONLY'] = 'sdk'
  try {
    const [options] = await module.default()
    return options?.plugins
  } finally {
    if (before === undefined) delete process.env['ROLLUP_ONLY']
    else process.env['ROLLUP_ONLY'] = before
  }
}

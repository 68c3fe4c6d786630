// Removes from build/ what tsc made of sources that are gone: tsc keeps it, and a deleted test would go on passing.
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const output = /\.(?:js|d\.ts)(?:\.map)?$/

/** The outputs it removed, relative to the repository. */
export async function removeStaleOutputs() {
  const build = join(root, 'build')
  if (!existsSync(build)) return []
  const entries = await readdir(build, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && output.test(entry.name))
  const stale = files
    .map((entry) => relative(build, join(entry.parentPath, entry.name)))
    .filter((file) => !existsSync(join(root, file.replace(output, '.ts'))))
  await Promise.all(stale.map((file) => rm(join(build, file))))
  return stale
}

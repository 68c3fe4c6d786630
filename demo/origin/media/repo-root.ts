import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the checkout, found by walking up from this file to the shipped media: the compiled file lies
 * under build/, the media does not, and the working directory may be anything.
 */
export function repoRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'demo', 'media', 'index.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('demo/media/index.json is missing: this checkout is incomplete')
    folder = parent
  }
  return folder
}

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '../../support/browser/repo-root.js'

const folder = join(repoRoot, 'test/fuzz/corpus')

/** Inputs that failed once, or that are worth looking at each time: files in a folder for each target. */
export function keptInputs(target: string): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const names = readdirSync(folder, { withFileTypes: true }).some(({ name }) => name === target)
    ? readdirSync(join(folder, target)).toSorted()
    : []
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, target, name))) }))
}

/** Keeps an input that failed. Returns the file's path. */
export function keepInput(target: string, bytes: Uint8Array): string {
  mkdirSync(join(folder, target), { recursive: true })
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.bin`
  writeFileSync(join(folder, target, name), bytes)
  return `test/fuzz/corpus/${target}/${name}`
}

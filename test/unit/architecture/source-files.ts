import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, type Program, type StaticExport } from 'oxc-parser'

/** The repository, seen from this file's place in build/. */
const root = fileURLToPath(new URL('../../../..', import.meta.url))

const folders = ['protocol', 'client-sdk/src', 'tracker/src', 'demo', 'test']
const foldersSkipped = new Set(['node_modules', 'dist'])

export interface SourceFile {
  /** Relative to the repository, with slashes. */
  readonly path: string
  readonly name: string
  readonly text: string
  /** Every module it names: static and dynamic imports, and re-exports. A computed one is absent. */
  readonly imports: readonly string[]
  readonly hasDefaultExport: boolean
  readonly program: Program
}

/** Every TypeScript source of the project, parsed. Declarations count; tsc's output does not. */
export function readSourceFiles(): readonly SourceFile[] {
  return folders.flatMap((folder) => pathsIn(join(root, folder))).map(readSourceFile)
}

function pathsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return foldersSkipped.has(entry.name) ? [] : pathsIn(join(folder, entry.name))
    return entry.name.endsWith('.ts') ? [join(folder, entry.name)] : []
  })
}

function readSourceFile(absolute: string): SourceFile {
  return parseSource(relative(root, absolute).split(sep).join('/'), readFileSync(absolute, 'utf8'))
}

/** Throws on a syntax error. */
export function parseSource(path: string, text: string): SourceFile {
  const { module, program, errors } = parseSync(path, text)
  if (errors.length > 0)
    throw new Error(`${path} does not parse: ${errors.map(({ message }) => message).join('; ')}`)
  const dynamic = module.dynamicImports.map(({ moduleRequest }) =>
    text.slice(moduleRequest.start, moduleRequest.end),
  )
  return {
    path,
    name: basename(path),
    text,
    program,
    imports: [
      ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...module.staticExports.flatMap(reExported),
      ...dynamic.flatMap((request) => /^['"](.+)['"]$/.exec(request)?.[1] ?? []),
    ],
    hasDefaultExport: module.staticExports.some(({ entries }) =>
      entries.some(({ exportName }) => exportName.kind === 'Default' || exportName.name === 'default'),
    ),
  }
}

function reExported({ entries }: StaticExport): string[] {
  return [...new Set(entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []))]
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository, seen from this file's place in build/. */
export const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** One fenced block: its language, what stands behind the language, and its lines. */
export interface CodeBlock {
  readonly language: string
  readonly info: string
  readonly code: string
}

/** One heading with what stands under it, up to the next heading of any level. */
export interface Section {
  readonly title: string
  readonly anchor: string
  readonly level: number
  readonly text: string
}

/** A page of the documentation. */
export interface Page {
  /** Relative to the repository, with slashes. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly CodeBlock[]
  readonly sections: readonly Section[]
}

const elsewhere = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'client-sdk/README.md',
  'tracker/README.md',
  'demo/origin/README.md',
]

/** Every page that users or contributors read. */
export function readPages(): readonly Page[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  return [...elsewhere, ...docs.map((name) => `docs/${name}`)].map(readPage)
}

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, blocks: blocksOf(text), sections: sectionsOf(text) }
}

/** A file of the project, as text. */
export function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The page without its code blocks: what is prose, tables and links. */
export function proseOf({ text }: Page): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '')
}

/** @throws Error when the page has no such section, so that a renamed one is noticed. */
export function sectionOf(page: Page, anchor: string): Section {
  const found = page.sections.find((section) => section.anchor === anchor)
  if (found === undefined) throw new Error(`${page.path} has no section #${anchor}`)
  return found
}

/** Rows of the first table in a section, without its head, as cells. An escaped `|` is part of its cell. */
export function tableOf(page: Page, anchor: string): readonly (readonly string[])[] {
  const rows = sectionOf(page, anchor)
    .text.split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.replaceAll('\\|', '|').trim()))
  if (rows.length < 3) throw new Error(`${page.path}#${anchor} has no table`)
  return rows.slice(2)
}

/** The text of a cell that is one code span; the cell itself when it is not. */
export function codeIn(cell: string | undefined): string {
  return /`([^`]+)`/.exec(cell ?? '')?.[1] ?? cell ?? ''
}

/** String literals of a TypeScript union type, for lists that exist only as types. */
export function unionLiterals(path: string, type: string): readonly string[] {
  const source = readSource(path)
  const declaration = new RegExp(`type ${type} =([\\s\\S]*?)(?:\\n\\n|\\n[a-z/}]|$)`).exec(source)?.[1] ?? ''
  return [...declaration.matchAll(/'([^']+)'/g)].map(([, literal]) => literal ?? '')
}

/** Sentences broken over lines, as one. */
export function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}

function blocksOf(text: string): CodeBlock[] {
  return [...text.matchAll(/^```(\S+)(?: (.*))?\n([\s\S]*?)^```$/gm)].map(([, language, info, code]) => ({
    language: language ?? '',
    info: info ?? '',
    code: code ?? '',
  }))
}

function sectionsOf(text: string): Section[] {
  const lines = text.split('\n')
  const sections: { title: string; anchor: string; level: number; lines: string[] }[] = []
  const used = new Map<string, number>()
  let fenced = false
  for (const line of lines) {
    if (line.startsWith('```')) fenced = !fenced
    const heading = fenced ? null : /^(#{1,6}) (.+)$/.exec(line)
    if (heading === null) {
      sections.at(-1)?.lines.push(line)
      continue
    }
    const title = heading[2] ?? ''
    const slug = slugOf(title)
    const times = used.get(slug) ?? 0
    used.set(slug, times + 1)
    const anchor = times === 0 ? slug : `${slug}-${times}`
    sections.push({ title, anchor, level: heading[1]?.length ?? 0, lines: [] })
  }
  return sections.map(({ lines: under, ...section }) => ({ ...section, text: under.join('\n') }))
}

/** The anchor that GitHub gives a heading. */
function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

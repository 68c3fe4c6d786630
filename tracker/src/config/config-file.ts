import { readFileSync } from 'node:fs'
import { objectSource, type ConfigSource } from './config-source.js'

/** Reads a JSON file of options; what is wrong with the file itself is one of its problems. */
export function fileSource(path: string): ConfigSource {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { options: [], problems: [`${path}: cannot be read (${code})`] }
  }
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
      return objectSource(json as Record<string, unknown>, path)
    }
  } catch {
    // Falls through: text that is not JSON and JSON that is not an object get the same answer.
  }
  return { options: [], problems: [`${path}: must hold one JSON object`] }
}

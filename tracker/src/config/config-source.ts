import * as v from 'valibot'
import { closestName } from './closest-name.js'
import { configKeys, configSchema, secretKeys, type ConfigKey, type TrackerConfig } from './config-schema.js'
import { environmentName, flagName, isOurEnvironmentName } from './option-names.js'

/** A value and, for the message when it is wrong, the name under which it was given and where. */
export interface GivenOption {
  readonly key: ConfigKey
  readonly value: unknown
  readonly name: string
  readonly from: string
}

/** What one place says: the options it gives, and one line for each name that is none. */
export interface ConfigSource {
  readonly options: readonly GivenOption[]
  readonly problems: readonly string[]
}

export type ConfigResult =
  | { readonly ok: true; readonly config: TrackerConfig }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Of a value that is wrong, so much is repeated. */
const shownLengthMax = 100

/** Flags as commander gives them: texts, lists of texts for those that may be repeated, and true for `--open`. */
export function flagSource(flags: Readonly<Record<string, unknown>>): ConfigSource {
  const options = configKeys
    .filter((key) => flags[key] !== undefined)
    .map((key) => ({ key, value: fromText(key, flags[key]), name: flagName(key), from: 'flag' }))
  return { options, problems: [] }
}

export function environmentSource(environment: Readonly<Record<string, string | undefined>>): ConfigSource {
  const known = new Map(configKeys.map((key) => [environmentName(key), key]))
  const options: GivenOption[] = []
  const problems: string[] = []
  for (const [name, value] of Object.entries(environment)) {
    if (!isOurEnvironmentName(name) || name === environmentName('config')) continue
    const key = known.get(name)
    if (key) options.push({ key, value: fromText(key, value), name, from: 'environment' })
    else problems.push(unknownName(name, 'environment', known.keys()))
  }
  return { options, problems }
}

/** The object of a configuration file or of a call; `from` says which. */
export function objectSource(given: Readonly<Record<string, unknown>>, from: string): ConfigSource {
  const options: GivenOption[] = []
  const problems: string[] = []
  for (const [name, value] of Object.entries(given)) {
    const key = configKeys.find((known) => known === name)
    if (!key) problems.push(unknownName(name, from, configKeys))
    else if (value !== undefined) options.push({ key, value, name, from })
  }
  return { options, problems }
}

/** Merges the sources, the first of which wins, over the defaults. Values that lost must be right nevertheless. */
export function resolveConfig(sources: readonly ConfigSource[]): ConfigResult {
  const problems = sources.flatMap((source) => source.problems)
  const merged: Partial<Record<ConfigKey, unknown>> = {}
  for (const { key, value, name, from } of sources.flatMap((source) => source.options)) {
    const parsed = v.safeParse(configSchema.entries[key], value)
    if (!parsed.success) {
      const got = secretKeys.has(key) ? '' : `, not ${shown(value)}`
      problems.push(`${name}: ${parsed.issues[0].message}${got} (${from})`)
    } else if (!(key in merged)) {
      merged[key] = value
    }
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, config: Object.freeze(v.parse(configSchema, merged)) }
}

/** One line, however large or odd the value is. */
function shown(value: unknown): string {
  const text = written(value)
  return text.length <= shownLengthMax ? text : `${text.slice(0, shownLengthMax)}...`
}

function written(value: unknown): string {
  if (typeof value === 'number') return String(value)
  try {
    return typeof value === 'function' || typeof value === 'symbol'
      ? `a ${typeof value}`
      : JSON.stringify(value)
  } catch {
    // Something that goes round in a circle, or is or holds a bigint.
    return `this ${typeof value}`
  }
}

function unknownName(name: string, from: string, known: Iterable<string>): string {
  const closest = closestName(name, known)
  return `${name}: unknown option${closest === undefined ? '' : `, did you mean ${closest}?`} (${from})`
}

/** Reads a text as what the schema wants; what cannot be read stays as it is and is refused with its name. */
function fromText(key: ConfigKey, value: unknown): unknown {
  if (typeof value !== 'string') return value
  const wanted = configSchema.entries[key].wrapped.type
  if (wanted === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (wanted === 'array') return value.split(',').map((text) => text.trim())
  if (wanted === 'boolean' && /^(true|1)$/.test(value)) return true
  if (wanted === 'boolean' && /^(false|0)$/.test(value)) return false
  return value
}

import { Command, CommanderError, Option } from 'commander'
import * as v from 'valibot'
import { trackerVersion } from '../version.js'
import { configKeys, configSchema, secretKeys, type TrackerConfig } from './config-schema.js'
import { fileSource } from './config-file.js'
import { environmentSource, flagSource, resolveConfig } from './config-source.js'
import { environmentName, flagName } from './option-names.js'

export type CommandLine =
  | { readonly kind: 'start'; readonly config: TrackerConfig }
  /** `--help` or `--version`. */
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

/** Reads flags, environment and file, in this order of precedence, over the defaults. */
export function readCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine {
  let printed = ''
  const command = createCommand((text) => (printed += text))
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'print', text: printed }
    return { kind: 'refused', problems: [oneLine(error.message)] }
  }
  const flags: Record<string, unknown> = command.opts()
  const file = flags['config'] ?? environment[environmentName('config')]
  const resolved = resolveConfig([
    flagSource(flags),
    environmentSource(environment),
    ...(typeof file === 'string' ? [fileSource(file)] : []),
  ])
  if (!resolved.ok) return { kind: 'refused', problems: resolved.problems }
  return { kind: 'start', config: resolved.config }
}

function createCommand(print: (text: string) => void): Command {
  const command = new Command('prismesh-tracker')
    .description('Introduces viewers of the same live stream to each other.')
    .version(trackerVersion)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .option('--config <file>', `JSON file of options [${environmentName('config')}]`)
  for (const key of configKeys) {
    if (secretKeys.has(key)) continue
    const { wrapped, default: fallback } = configSchema.entries[key]
    const description = `${v.getDescription(wrapped) ?? ''} [${environmentName(key)}]`
    const flags =
      wrapped.type === 'boolean'
        ? flagName(key)
        : `${flagName(key)} <${wrapped.type === 'number' ? 'number' : 'text'}>`
    const option = new Option(flags, `${description} (default: ${JSON.stringify(fallback) ?? 'none'})`)
    if (wrapped.type === 'array') option.argParser(collect)
    command.addOption(option)
  }
  const fileOnly = [...secretKeys].map((key) => {
    const description = v.getDescription(configSchema.entries[key].wrapped) ?? ''
    return `  ${environmentName(key)}, or "${key}" in the file: ${description}`
  })
  return command.addHelpText('after', `\nNot a flag:\n${fileOnly.join('\n')}`)
}

/** Values of a flag that may be repeated. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** Commander puts its suggestion on a second line and `error: ` in front. */
function oneLine(message: string): string {
  return `${message.replace(/^error: /, '').replaceAll('\n', ' ')} (flag)`
}

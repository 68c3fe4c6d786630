// The text of docs/configuration.md, made of the tracker's schema of options. The test that fails when the page is stale
// calls the same function.

/**
 * @param parts - what tracker/src/config exports: configKeys, configSchema, secretKeys, configReasons, flagName,
 *   environmentName
 */
export function configPage(parts) {
  const sections = parts.configKeys.map((key) => section(key, parts))
  return `# Configuration of the tracker

Every option of \`prismesh-tracker\`: what it is, its default and range, and why it has them. Written by
\`npm run docs:config\` from [config-schema.ts](../tracker/src/config/config-schema.ts); [the tracker's page](tracker.md#options)
says how options are given, and which place wins.

${parts.configKeys.map((key) => `[${key}](#${key.toLowerCase()})`).join(' · ')}

${sections.join('\n\n')}
`
}

function section(key, { configSchema, secretKeys, configReasons, flagName, environmentName }) {
  const { wrapped, default: fallback } = configSchema.entries[key]
  const words = descriptionOf(wrapped)
  const rows = [
    ['flag', secretKeys.has(key) ? 'none: other users of the machine can read them' : `\`${flagName(key)}\``],
    ['environment', `\`${environmentName(key)}\``],
    ['default', fallback === undefined ? 'none' : `\`${JSON.stringify(fallback)}\``],
    ['range', rangeOf(wrapped)],
  ]
  const lines = rows.map(([name, value]) => `- ${name}: ${value}`)
  return `## ${key}\n\n${words}.\n\n${lines.join('\n')}\n\n${configReasons[key]}`
}

function descriptionOf({ pipe }) {
  const { description = '' } = pipe.find(({ type }) => type === 'description') ?? {}
  return description.replace(/ \(\d+ to \d+\)$/, '')
}

/** What the schema's own complaints ask for, without the "must". */
function rangeOf(schema) {
  const complaints = [...schema.pipe, ...(schema.pipe[0].item?.pipe ?? [])]
    .map(({ message }) => message)
    .filter((message) => typeof message === 'string')
    .map((message) => message.replace(/^must (?:be |have )?(not )?(?:be )?/, '$1'))
  const own = [...new Set(complaints)].filter((words) => words !== 'a text')
  return own.length === 0 ? 'a text' : own.join('; ')
}

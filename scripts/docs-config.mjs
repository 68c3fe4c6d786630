// Writes docs/configuration.md from the tracker's schema of options: npm run docs:config, after a compile.
import { writeFile } from 'node:fs/promises'
import * as reasons from '../build/tracker/src/config/config-reasons.js'
import * as schema from '../build/tracker/src/config/config-schema.js'
import * as names from '../build/tracker/src/config/option-names.js'
import { format, resolveConfig } from 'prettier'
import { configPage } from './config-page.mjs'

const path = new URL('../docs/configuration.md', import.meta.url)
const options = await resolveConfig(path)
await writeFile(
  path,
  await format(configPage({ ...schema, ...names, ...reasons }), { ...options, parser: 'markdown' }),
)
console.log('docs/configuration.md is written')

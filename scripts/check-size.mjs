// Fails when a file of the SDK is over its budget, or is missing. The budget is client-sdk/size-budget.json.
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { gzipSync } from 'node:zlib'

const folder = new URL('../client-sdk/', import.meta.url)
const budget = JSON.parse(await readFile(new URL('size-budget.json', folder), 'utf8'))
const files = Object.entries(budget.files)
if (files.length === 0) fail('size-budget.json names no file')

for (const [file, bytesMax] of files) {
  const bytes = await gzippedBytes(file)
  if (bytes === undefined) fail(`${file} is missing: run \`npm run build\``)
  else if (bytes > bytesMax)
    fail(`${file}: ${kib(bytes)} of ${kib(bytesMax)}, ${kib(bytes - bytesMax)} too much`)
  else console.log(`${file}: ${kib(bytes)} of ${kib(bytesMax)} gzipped, ${kib(bytesMax - bytes)} left`)
}

async function gzippedBytes(file) {
  try {
    return gzipSync(await readFile(new URL(file, folder)), { level: 9 }).length
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`
}

function fail(message) {
  console.error(message)
  process.exitCode = 1
}

// Writes the declarations of client-sdk/dist and the API reports beside them, client-sdk/*.api.md. In CI the reports must
// be as committed: a change of a public interface is part of the commit that makes it.
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'

const reports = {
  'client-sdk/prismesh.api.md': 'api-extractor.json',
  'client-sdk/prismesh-consent.api.md': 'api-extractor.consent.json',
}
const quiet = new Set(['console-compiler-version-notice', 'console-preamble'])
const inCi = Boolean(process.env['CI'])

for (const [report, file] of Object.entries(reports)) {
  const config = ExtractorConfig.loadFileAndPrepare(
    fileURLToPath(new URL(`../client-sdk/${file}`, import.meta.url)),
  )
  const result = Extractor.invoke(config, {
    localBuild: !inCi,
    messageCallback(message) {
      // TypeScript 7 writes the declarations; the extractor reads them with the TypeScript it brings, and says so.
      if (quiet.has(message.messageId)) message.logLevel = ExtractorLogLevel.None
    },
  })
  if (result.apiReportChanged) {
    console.log(
      inCi
        ? `${report} is not what the build makes: run \`npm run build:api\` and commit it`
        : `${report} changed: commit it`,
    )
  }
  if (!result.succeeded) process.exitCode = 1
}

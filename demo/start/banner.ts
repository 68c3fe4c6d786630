import { networkInterfaces } from 'node:os'
import type { CliOptions } from './cli-options.js'
import type { Demo } from './launch.js'

/** What the start command says when all is up. */
export function bannerText(demo: Demo, cli: CliOptions): string {
  const lines = [
    '',
    'Prismesh is running.',
    '',
    `  player page   ${demo.pageUrl}`,
    `  stream        ${demo.streamUrl}`,
    `  tracker       ${demo.trackerUrl}`,
    `  bytes sent    ${demo.originUrl}/origin/stats`,
    '',
    `Open the page twice, in two windows side by side, and watch the copies per segment go from 2 towards 1.`,
  ]
  if (!demo.countsBytes) {
    lines.push(
      'The stream comes straight from its own server, so its bytes are not counted: add --proxy for that.',
    )
  }
  if (cli.viewers > 0)
    lines.push(`${cli.viewers} headless ${cli.viewers === 1 ? 'viewer is' : 'viewers are'} watching already.`)
  if (cli.host === '0.0.0.0') lines.push(...lanAddresses(demo.pageUrl))
  lines.push('Ctrl-C ends it all.', '')
  return lines.join('\n')
}

function lanAddresses(pageUrl: string): string[] {
  const { port } = new URL(pageUrl)
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
    .map((address) => `From another device: http://${address.address}:${port}/`)
}

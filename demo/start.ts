/** The start command: a live stream, a tracker and a player page, until Ctrl-C. */
import { setTimeout as delay } from 'node:timers/promises'
import { bannerText } from './start/banner.js'
import { readCliOptions } from './start/cli-options.js'
import { launchDemo } from './start/launch.js'
import { StartFailure } from './start/start-failure.js'

/** Whoever presses Ctrl-C waits no longer than two seconds; this leaves time to exit. */
const closeTimeoutMs = 1500

const closers: (() => Promise<void>)[] = []
let ending = false

async function end(exitCode: number): Promise<void> {
  if (ending) return
  ending = true
  // Newest first: viewers before the page, the page before the origin.
  const closed = Promise.allSettled(closers.toReversed().map((close) => close()))
  await Promise.race([closed, delay(closeTimeoutMs)])
  process.exit(exitCode)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

const cli = readCliOptions(process.argv)
try {
  const demo = await launchDemo(cli, closers, (line) => console.error(line))
  console.log(bannerText(demo, cli))
} catch (error) {
  // A failure people can act on is one line; anything else is a defect and shows where it happened.
  console.error(error instanceof StartFailure ? error.message : error)
  await end(1)
}

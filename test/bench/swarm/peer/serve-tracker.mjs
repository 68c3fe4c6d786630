// bittorrent-tracker as a process of its own, for bench:tracker: prints where it listens.
import { startTracker } from './tracker.mjs'

const { url } = await startTracker(process.argv[2])
process.stdout.write(`${JSON.stringify({ url })}\n`)

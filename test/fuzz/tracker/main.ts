import { Command } from 'commander'
import { runFuzz } from './fuzz-run.js'
import { growthPerMinute } from './growth.js'

const { minutes, seed } = new Command('fuzz:tracker')
  .description(
    'Sends a tracker what no client would, at every endpoint, over loopback, while two members go on with what they do. ' +
      'Fails when the tracker ends, complains, or keeps what it should not, or when the two notice anything.',
  )
  .option('--minutes <n>', 'how long', Number, 60)
  .option('--seed <n>', 'of what is sent', Number, 1)
  .parse()
  .opts<{ minutes: number; seed: number }>()

const report = await runFuzz(minutes * 60, seed, (line) => console.log(line))
const { visits, failures, things, signalsHeard, slowestSignalMs, footprints } = report
console.log(
  Object.entries(visits)
    .map(([name, count]) => `${name} ${count}`)
    .join(', '),
)
console.log(
  `seed ${seed}: ${things} things sent in ${report.seconds.toFixed(0)} s; the bystanders heard ${signalsHeard} signals, ` +
    `the slowest after ${slowestSignalMs.toFixed(0)} ms; memory grew by ` +
    `${(growthPerMinute(footprints) / 2 ** 20).toFixed(2)} MiB per minute in the second half`,
)
for (const failure of failures) console.log(`FAILED: ${failure}`)
process.exit(failures.length === 0 ? 0 : 1)

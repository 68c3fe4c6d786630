import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import type { Page } from 'playwright'
import { report, Rig } from '../../support/browser/rig.js'
import { processTreeUsage } from '../process-usage.js'
import { curveSvg, slopePerMinute, type MemorySample } from './memory-curve.js'

const { minutes, viewers, save } = new Command('bench:soak')
  .description(
    'Plays for a long time and shows memory per viewer over time: Prismesh beside plain hls.js, each in a Chromium of ' +
      'its own, at the same time. Needs Linux (/proc) and a Chromium.',
  )
  .option('--minutes <n>', 'how long', Number, 30)
  .option('--viewers <n>', 'tabs of each kind', Number, 3)
  .option('--save <name>', 'writes the samples to NAME.json and the curve to NAME.svg')
  .parse()
  .opts<{ minutes: number; viewers: number; save?: string }>()

const sampleMs = 20_000
/** By default hls.js keeps all that was played, and both players would grow until the browser's own bound. */
const hls = { backBufferLength: 10 }
/** The cache of 64 MiB is full after 9 minutes of 1 Mbit/s; growth is what goes on after that. */
const fullAfterMinutes = Math.min(11, minutes / 2)

const rigs = await Promise.all(
  (['plain', 'prismesh'] as const).map(async (mode) => {
    const rig = await Rig.start({ origin: { paddedBitsPerSecond: 1_000_000, listedSegments: 10 } })
    const pages: Page[] = []
    for (let index = 0; index < viewers; index += 1) pages.push(await rig.open({ mode, hls }))
    return { mode, rig, pages }
  }),
)
const began = performance.now()
const samples: MemorySample[] = []
while (performance.now() - began < minutes * 60_000) {
  await sleep(sampleMs)
  const megabytes = (mode: 'plain' | 'prismesh'): number => {
    const pid = rigs.find((each) => each.mode === mode)?.rig.chromium.pid ?? 0
    return processTreeUsage(pid).memoryBytes / viewers / 1e6
  }
  const sample = {
    minute: (performance.now() - began) / 60_000,
    plain: megabytes('plain'),
    prismesh: megabytes('prismesh'),
  }
  samples.push(sample)
  console.log(
    `${sample.minute.toFixed(1)} min: plain ${sample.plain.toFixed(0)} MB, Prismesh ${sample.prismesh.toFixed(0)} MB`,
  )
}
for (const { mode, pages, rig } of rigs) {
  const viewersAtEnd = await Promise.all(pages.map((page) => report(page)))
  const sum = (pick: (viewer: (typeof viewersAtEnd)[number]) => number): number =>
    viewersAtEnd.reduce((total, viewer) => total + pick(viewer), 0)
  const slope = slopePerMinute(samples, mode, fullAfterMinutes)
  console.log(
    `${mode}: ${sum((viewer) => viewer.stalls)} stalls, ${sum((viewer) => viewer.fatalErrors.length)} fatal errors, ` +
      `growth after ${fullAfterMinutes.toFixed(0)} min ${slope.toFixed(2)} MB per minute`,
  )
  await rig.close()
}
if (save !== undefined) {
  await writeFile(`${save}.json`, JSON.stringify(samples, null, 2))
  await writeFile(`${save}.svg`, curveSvg(samples))
}

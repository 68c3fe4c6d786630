import type { Scenario } from './scenario.js'

export const everyday: readonly Scenario[] = [
  {
    name: 'steady',
    about: 'A cell of willing viewers with lines such as homes have; nothing happens.',
    long: { runMs: 180_000, bitsPerSecond: 3_000_000 },
    short: { viewers: 16, runMs: 40_000, bitsPerSecond: 1_000_000, arrivalMs: 5000 },
    offloadMin: 0.5,
  },
  {
    name: 'download-only',
    about: 'Seven of ten viewers give nothing.',
    long: { runMs: 120_000, willingShare: 0.3 },
    short: { viewers: 16, runMs: 40_000, arrivalMs: 5000 },
    offloadMin: 0.2,
  },
  {
    name: 'rendition-switches',
    about: 'Three renditions, and every viewer changes to another one twice a minute.',
    long: { runMs: 120_000, renditions: 3, switchMs: 30_000, bitsPerSecond: 3_000_000 },
    short: { viewers: 12, runMs: 40_000, arrivalMs: 5000, switchMs: 10_000, bitsPerSecond: 1_000_000 },
    offloadMin: 0.2,
  },
]

import type { Scenario } from './scenario.js'

export const crowds: readonly Scenario[] = [
  {
    name: 'flash-crowd',
    about: 'From nobody to a thousand viewers in half a minute.',
    long: { viewers: 1000, arrivalMs: 30_000, runMs: 75_000 },
    short: { viewers: 32, arrivalMs: 1000, runMs: 25_000 },
    offloadMin: 0.5,
  },
  {
    name: 'heavy-churn',
    about: 'Half of the viewers stay under two minutes, and a fifth of those who leave do so without a word.',
    long: { viewers: 128, stayMedianMs: 120_000, runMs: 240_000 },
    short: { viewers: 12, stayMedianMs: 20_000, runMs: 45_000, arrivalMs: 5000 },
    offloadMin: 0.4,
  },
]

import type { Scenario } from './scenario.js'

export const misbehaviour: readonly Scenario[] = [
  {
    name: 'slow-members',
    about: 'A quarter of the members send at 100 kbit/s, though they say that they upload.',
    long: { runMs: 120_000, slowShare: 0.25 },
    short: { viewers: 12, runMs: 40_000, arrivalMs: 5000 },
    offloadMin: 0.2,
  },
  {
    name: 'silent-members',
    about: 'A fifth of the members take requests and never send a block.',
    long: { runMs: 120_000, silentShare: 0.2 },
    short: { viewers: 12, runMs: 40_000, arrivalMs: 5000 },
    offloadMin: 0.2,
  },
  {
    name: 'lying-members',
    about: 'A tenth of the members claim segments that they never fetch.',
    long: { runMs: 120_000, lyingShare: 0.1 },
    short: { viewers: 16, runMs: 40_000, arrivalMs: 5000 },
    offloadMin: 0.2,
  },
]

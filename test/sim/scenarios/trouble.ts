import type { Scenario } from './scenario.js'

export const trouble: readonly Scenario[] = [
  {
    name: 'cdn-brown-out',
    about:
      'The CDN gives a tenth of its rate for 20 s, then cuts a fifth of its answers, then says 503 for 10 s.',
    long: {
      runMs: 150_000,
      trouble: [
        { kind: 'cdn-slow', fromMs: 30_000, forMs: 20_000, rateShare: 0.1 },
        { kind: 'cdn-truncates', fromMs: 60_000, forMs: 20_000, share: 0.2 },
        { kind: 'cdn-broken', fromMs: 95_000, forMs: 10_000 },
      ],
    },
    short: {
      viewers: 10,
      runMs: 60_000,
      arrivalMs: 5000,
      trouble: [
        { kind: 'cdn-slow', fromMs: 14_000, forMs: 10_000, rateShare: 0.1 },
        { kind: 'cdn-truncates', fromMs: 26_000, forMs: 10_000, share: 0.2 },
        { kind: 'cdn-broken', fromMs: 38_000, forMs: 10_000 },
      ],
    },
    offloadMin: 0.3,
  },
  {
    name: 'tracker-down',
    about: 'The tracker is gone for a minute, and then knows nobody.',
    long: { runMs: 180_000, trouble: [{ kind: 'tracker-down', fromMs: 40_000, forMs: 60_000 }] },
    short: {
      viewers: 12,
      runMs: 60_000,
      arrivalMs: 5000,
      trouble: [{ kind: 'tracker-down', fromMs: 15_000, forMs: 20_000 }],
    },
    offloadMin: 0.4,
  },
  {
    name: 'hidden-tabs',
    about: 'A third of the tabs is hidden: their timers fire once a second.',
    long: { runMs: 120_000, hiddenShare: 0.33 },
    short: { viewers: 16, runMs: 40_000, arrivalMs: 5000 },
    offloadMin: 0.4,
  },
  {
    name: 'partition',
    about: 'A third of the members reaches none of the others for half a minute; then the network heals.',
    long: { runMs: 150_000, trouble: [{ kind: 'partition', fromMs: 40_000, forMs: 30_000, share: 0.33 }] },
    short: {
      viewers: 12,
      runMs: 60_000,
      arrivalMs: 5000,
      trouble: [{ kind: 'partition', fromMs: 15_000, forMs: 20_000, share: 0.33 }],
    },
    offloadMin: 0.3,
  },
]

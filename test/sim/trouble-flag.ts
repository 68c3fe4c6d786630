import type { Trouble } from './sim-options.js'

/** How a trouble is written: its kind, when it begins and how long it lasts in seconds, and its share where it has one. */
export const troubleSyntax = 'kind:from:for[:share]'

/** Reads a trouble such as `cdn-slow:30:20:0.1`. Undefined: it is none. */
export function readTrouble(text: string): Trouble | undefined {
  const [kind, from, lasts, part, ...rest] = text.split(':')
  const times = { fromMs: Number(from) * 1000, forMs: Number(lasts) * 1000 }
  const share = Number(part)
  const timed = from !== '' && times.fromMs >= 0 && times.forMs > 0 && Number.isFinite(times.forMs)
  const shared = part !== undefined && part !== '' && share > 0 && share <= 1
  if (rest.length > 0 || !timed || (part !== undefined && !shared)) return undefined
  if (kind === 'cdn-broken' || kind === 'tracker-down') return shared ? undefined : { kind, ...times }
  if (!shared) return undefined
  if (kind === 'cdn-slow') return { kind, ...times, rateShare: share }
  return kind === 'cdn-truncates' || kind === 'partition' ? { kind, ...times, share } : undefined
}

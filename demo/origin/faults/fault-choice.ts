import type { ResourceKind } from '../http/resource.js'
import type { FaultSettings } from './fault-settings.js'
import type { Random } from './seeded-random.js'

/** What is wrong with one response. */
export interface Fault {
  readonly outcome:
    | { readonly kind: 'serve' }
    | { readonly kind: 'fail'; readonly status: number }
    | { readonly kind: 'truncate' }
    | { readonly kind: 'hang'; readonly place: 'before' | 'inside' }
  readonly latencyMs: number
  /** 0 is no cap. */
  readonly bytesPerSecond: number
  readonly ignoreRange: boolean
}

const undisturbed: Fault = { outcome: { kind: 'serve' }, latencyMs: 0, bytesPerSecond: 0, ignoreRange: false }

/** Draws one number per request in scope, so that changing a share does not shift the later choices. */
export function chooseFault(settings: FaultSettings, kind: ResourceKind, random: Random): Fault {
  if (!inScope(settings.scope, kind)) return undisturbed
  const { latencyMs, bytesPerSecond, ignoreRange } = settings
  return { outcome: outcomeOf(settings, random()), latencyMs, bytesPerSecond, ignoreRange }
}

function inScope(scope: FaultSettings['scope'], kind: ResourceKind): boolean {
  if (scope === 'all') return true
  return scope === 'playlists' ? kind === 'playlist' : kind === 'segment' || kind === 'init'
}

function outcomeOf(settings: FaultSettings, draw: number): Fault['outcome'] {
  const failBelow = settings.failShare
  const truncateBelow = failBelow + settings.truncateShare
  const hangBelow = truncateBelow + settings.hangShare
  if (draw < failBelow) return { kind: 'fail', status: settings.failStatus }
  if (draw < truncateBelow) return { kind: 'truncate' }
  if (draw < hangBelow) return { kind: 'hang', place: settings.hangPlace }
  return { kind: 'serve' }
}

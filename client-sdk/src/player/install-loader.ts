import type { HlsSettings } from './hls-player.js'

/**
 * Puts a loader of the SDK's into an hls.js instance, which reads its settings anew for every load. Returns what takes it
 * out again, and puts back exactly what was there. If somebody wrapped ours meanwhile theirs stays: ours then passes
 * everything through, since its desk takes no more orders.
 */
export function installLoader(settings: HlsSettings, name: 'fLoader' | 'pLoader', ours: unknown): () => void {
  const hadOwn = Object.hasOwn(settings, name)
  const previous = settings[name]
  settings[name] = ours
  return () => {
    if (settings[name] !== ours) return
    if (hadOwn) settings[name] = previous
    else delete settings[name]
  }
}

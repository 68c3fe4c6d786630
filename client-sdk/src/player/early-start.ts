import type { HlsPlayer } from './hls-player.js'

/**
 * Lets hls.js ask for its first segment while the media element is still being opened. Otherwise it asks at the next
 * tick of 100 ms after that, unless the playlist happens to come later (hls.js 1.7.4, StreamController.doTickIdle):
 * time in which the segment could be on its way. It is hls.js's own setting `startFragPrefetch`, set for the length of
 * one start, and only where `attachMedia` was called and the page did not set it itself. Returns what takes it back.
 */
export function startEarly(player: HlsPlayer): () => void {
  const { config } = player
  const isOurs = config.startFragPrefetch === false && player.userConfig?.startFragPrefetch === undefined
  if (!isOurs) return () => {}
  const started = (): void => {
    config.startFragPrefetch = false
  }
  const handlers: Record<string, () => void> = {
    hlsManifestLoading: started,
    hlsManifestLoaded: () => {
      config.startFragPrefetch = player.media !== null
    },
    hlsFragLoading: started,
  }
  for (const [event, handler] of Object.entries(handlers)) player.on(event, handler)
  return () => {
    started()
    for (const [event, handler] of Object.entries(handlers)) player.off(event, handler)
  }
}

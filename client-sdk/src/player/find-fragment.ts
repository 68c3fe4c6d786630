import type { HlsFragment } from './hls-fragment.js'
import type { HlsPlayer } from './hls-player.js'

/** The fragment that a URL belongs to, among the playlists that the player has; a site's own loader may ask. */
export function findFragment(player: HlsPlayer, url: string): HlsFragment | undefined {
  for (const { details } of [...player.levels, ...player.audioTracks]) {
    const found = details?.fragments.findLast((fragment) => fragment.url === url)
    if (found) return found
  }
  return undefined
}

import type { RenditionId } from '../../../protocol/ids.js'
import type { ListedSegment } from '../engine/inputs.js'
import type { HlsPlaylist } from './hls-fragment.js'
import type { HlsPlayer } from './hls-player.js'
import { listedRange, renditionOf, segmentIdentity } from './segment-identity.js'

/** Newest segments of a live playlist that the engine is told of; a window of live play is 6 to 30. */
export const listedSegmentsMax = 64

/** Hears what an hls.js instance does, as far as sharing depends on it. */
export interface PlaylistListener {
  /** `loadSource` was called: what was played before is over. */
  streamLeft(): void
  /**
   * The multivariant (or bare media) playlist came. The URL is the one that the page asked for: a redirect may have
   * led each viewer elsewhere.
   */
  streamOpened(playlistUrl: string): void
  /** A live playlist was loaded or refreshed. Oldest first, at most 64. */
  playlistSeen(rendition: RenditionId, segments: readonly ListedSegment[]): void
  /** The player now loads this variant. */
  renditionFollowed(rendition: RenditionId): void
  /** `hls.destroy()` was called. */
  playerDestroyed(): void
}

/** Subscribes to an hls.js instance; returns what takes every subscription back. */
export function observePlaylists(player: HlsPlayer, listener: PlaylistListener): () => void {
  const handlers: Record<string, (event: string, data: never) => void> = {
    hlsManifestLoading: () => listener.streamLeft(),
    hlsManifestLoaded: (_event, data: { url: string }) => listener.streamOpened(player.url ?? data.url),
    hlsLevelSwitching: (_event, data: { level: number }) => {
      const followed = renditionOf(player, 'main', data.level)
      if (followed) listener.renditionFollowed(followed.id)
    },
    hlsLevelUpdated: (_event, data: { level: number; details: HlsPlaylist }) =>
      tellOfPlaylist(player, 'main', data.level, data.details, listener),
    hlsAudioTrackLoaded: (_event, data: { id: number; details: HlsPlaylist }) =>
      tellOfPlaylist(player, 'audio', data.id, data.details, listener),
    hlsDestroying: () => listener.playerDestroyed(),
  }
  for (const [event, handler] of Object.entries(handlers)) player.on(event, handler)
  return () => {
    for (const [event, handler] of Object.entries(handlers)) player.off(event, handler)
  }
}

function tellOfPlaylist(
  player: HlsPlayer,
  type: 'main' | 'audio',
  index: number,
  playlist: HlsPlaylist,
  listener: PlaylistListener,
): void {
  // With LL-HLS the player loads parts, which go to the CDN: fetching whole segments as well would be waste.
  const playsParts = player.config.lowLatencyMode !== false && (playlist.partList?.length ?? 0) > 0
  const found = renditionOf(player, type, index)
  if (!playlist.live || playsParts || !found) return
  const segments = playlist.fragments
    .slice(-listedSegmentsMax)
    .map((fragment) => listSegment(found.id, fragment, playlist))
    .filter((listed) => listed !== undefined)
  if (segments.length > 0) listener.playlistSeen(found.id, segments)
}

function listSegment(
  rendition: RenditionId,
  fragment: HlsPlaylist['fragments'][number],
  playlist: HlsPlaylist,
): ListedSegment | undefined {
  const segment = segmentIdentity(rendition, fragment, playlist, listedRange(fragment))
  if (!segment || !fragment.url) return undefined
  return { segment, source: { url: fragment.url }, durationMs: fragment.duration * 1000 }
}

import { isAudioRendition } from '../../../protocol/ids.js'
import type { PlaylistEdge, SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { segmentKey, type SegmentKey } from '../../../protocol/segment-key.js'
import type { EngineContext } from './context.js'
import type { Neighbour } from './neighbour.js'

/**
 * How news of playlists travels: the tracker tells a few members of a cell, and each member tells its neighbours once it
 * has proven it, those that follow the rendition and have not told it themselves.
 */
export class EdgeRelay {
  constructor(private readonly context: EngineContext) {}

  heard(neighbour: Neighbour, edge: SignedPlaylistEdge): void {
    if (neighbour.edges.add(edgeKey(edge))) this.context.emit({ kind: 'check-playlist-edge', edge })
  }

  proven(edge: SignedPlaylistEdge): void {
    for (const { link, rendition, edges } of this.context.neighbours.values()) {
      const follows = rendition === edge.rendition || isAudioRendition(edge.rendition)
      if (follows && edges.add(edgeKey(edge))) this.context.send(link, { ...edge, kind: 'playlist-edge' })
    }
  }
}

/** A playlist comes to each of its segments once. */
function edgeKey({ rendition, last }: PlaylistEdge): SegmentKey {
  return segmentKey({ rendition, discontinuity: 0, sequence: last })
}

import type { RenditionId } from '../../protocol/ids.js'
import type { LiveStream } from '../support/swarm/live-stream.js'
import type { VirtualCdn } from '../support/swarm/virtual-cdn.js'
import type { DigestReader } from '../support/swarm/virtual-witness.js'
import type { VirtualClock } from '../support/swarm/virtual-clock.js'
import type { SimOptions } from './sim-options.js'
import type { VirtualNetwork } from './virtual-network.js'
import type { VirtualTracker } from './virtual-tracker.js'

/** What everyone in a run has in common. */
export interface World {
  readonly integrity: SimOptions['integrity']
  readonly clock: VirtualClock
  readonly stream: LiveStream
  readonly cdn: VirtualCdn
  readonly network: VirtualNetwork
  readonly tracker: VirtualTracker
  readonly renditions: readonly RenditionId[]
  /** The tracker has taken a member in, or heard that it follows another rendition: it is told the recent digests. */
  readonly greet: (reader: DigestReader, rendition: RenditionId) => void
  /** Bytes of segments that a member keeps, at most. */
  readonly cacheBytesMax: number
  /** Bytes that a viewer gives for each byte watched, at most. */
  readonly uploadRatioMax: number
}

export function renditionOf({ renditions }: Pick<World, 'renditions'>, index: number): RenditionId {
  const rendition = renditions[index % renditions.length]
  if (rendition === undefined) throw new Error('a stream has at least one rendition')
  return rendition
}

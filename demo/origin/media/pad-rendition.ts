import { keepTrack } from './keep-track.js'
import type { LoopRendition } from './media-loop.js'

const packetBytes = 188
const nullPacket = Buffer.alloc(packetBytes, 0xff)
// Sync byte, PID 0x1fff, payload only: a packet that every receiver of ISO 13818-1 passes over.
nullPacket.set([0x47, 0x1f, 0xff, 0x10])

/**
 * Fills up a transport stream with null packets to a constant rate. Small pictures at a realistic bitrate: a dozen
 * tabs can decode them on two cores, while the network carries what a real stream would. Sound is left out: without a
 * sound card Chromium takes the time from a timer that skips what it is late for, so that on a busy machine the playhead
 * falls behind with a full buffer (up to 2 s in 45 s with eight Chromiums on two cores; none without sound).
 *
 * @throws Error when a segment is larger than the rate allows.
 */
export function padRendition(
  rendition: LoopRendition,
  segmentSeconds: number,
  bitsPerSecond: number,
  name = 'padded',
): LoopRendition {
  const packets = Math.floor((bitsPerSecond * segmentSeconds) / 8 / packetBytes)
  const segments = rendition.segments.map((muxed) => {
    const segment = keepTrack(muxed, 'video')
    const missing = packets - segment.length / packetBytes
    if (missing < 0) {
      const least = Math.ceil((segment.length * 8) / segmentSeconds)
      throw new Error(
        `rendition ${rendition.name} needs ${least} bit/s: ${bitsPerSecond} are too few to pad it to`,
      )
    }
    return Buffer.concat([segment, ...Array.from({ length: missing }, () => nullPacket)])
  })
  return { ...rendition, name, segments }
}

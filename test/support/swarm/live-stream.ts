import type { RenditionId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { ListedSegment } from '../../../client-sdk/src/engine/inputs.js'

/** A live stream whose packager never pauses: segment n holds the media from n to n + 1 segment lengths. */
export class LiveStream {
  constructor(
    readonly segmentMs: number,
    readonly windowSegments: number,
  ) {}

  /** A segment is born when its last picture was taken, and listed from then on. */
  bornAt(sequence: number): number {
    return (sequence + 1) * this.segmentMs
  }

  newestAt(now: number): number {
    return Math.floor(now / this.segmentMs) - 1
  }

  oldestAt(now: number): number {
    return Math.max(0, this.newestAt(now) - this.windowSegments + 1)
  }

  url(rendition: RenditionId, sequence: number): string {
    return `https://cdn.example/${rendition}/${sequence}.ts`
  }

  identity(rendition: RenditionId, sequence: number): SegmentIdentity {
    return { rendition, discontinuity: 0, sequence }
  }

  /** The media playlist at a moment, oldest segment first. */
  playlist(rendition: RenditionId, now: number): ListedSegment[] {
    const segments: ListedSegment[] = []
    for (let sequence = this.oldestAt(now); sequence <= this.newestAt(now); sequence += 1) {
      const source = { url: this.url(rendition, sequence) }
      segments.push({ segment: this.identity(rendition, sequence), source, durationMs: this.segmentMs })
    }
    return segments
  }
}

/** The rendition and the media sequence number in a URL that {@link LiveStream.url} made. */
export function readSegmentUrl(url: string): { readonly rendition: RenditionId; readonly sequence: number } {
  const [, rendition = '', sequence] = /\/([^/]+)\/(\d+)\.ts$/.exec(url) ?? []
  return { rendition: rendition as RenditionId, sequence: Number(sequence) }
}

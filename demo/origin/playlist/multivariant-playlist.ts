/** One rendition as a multivariant playlist lists it. Rates in bits per second. */
export interface Variant {
  readonly uri: string
  readonly codecs: string
  readonly width: number
  readonly height: number
  readonly frameRate: number
  /** The largest rate of any segment: BANDWIDTH. */
  readonly peakRate: number
  readonly averageRate: number
}

/** The text of a multivariant playlist; `audioUri` names a separate audio track for all variants. */
export function multivariantPlaylistText(variants: readonly Variant[], audioUri?: string): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS']
  if (audioUri) {
    lines.push(
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Tone",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="${audioUri}"`,
    )
  }
  for (const variant of variants) lines.push(streamInf(variant, audioUri !== undefined), variant.uri)
  return lines.join('\n') + '\n'
}

function streamInf(variant: Variant, separateAudio: boolean): string {
  const attributes = [
    `BANDWIDTH=${variant.peakRate}`,
    `AVERAGE-BANDWIDTH=${variant.averageRate}`,
    `CODECS="${variant.codecs}"`,
    `RESOLUTION=${variant.width}x${variant.height}`,
    `FRAME-RATE=${variant.frameRate.toFixed(3)}`,
  ]
  if (separateAudio) attributes.push('AUDIO="audio"')
  return `#EXT-X-STREAM-INF:${attributes.join(',')}`
}

/** The rates of segments of equal length, from their sizes. */
export function ratesOf(
  sizesBytes: readonly number[],
  segmentSeconds: number,
): { peakRate: number; averageRate: number } {
  const total = sizesBytes.reduce((sum, size) => sum + size, 0)
  return {
    peakRate: Math.ceil((Math.max(...sizesBytes) * 8) / segmentSeconds),
    averageRate: Math.ceil((total * 8) / (sizesBytes.length * segmentSeconds)),
  }
}

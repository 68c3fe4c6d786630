import type { HlsPlayer } from './hls-player.js'

/** How playback goes. */
export interface QualityFigures {
  /** Times that it stood still for want of data. */
  readonly stalls: number
  /** How far it is behind the live edge, in milliseconds; undefined on demand, and before anything plays. */
  readonly latencyMs: number | undefined
}

/** What hls.js calls a stall: the playhead stands, and the buffer before it is empty or has a gap. Told once for each. */
const stallDetails = 'bufferStalledError'

/** Watches how playback of one stream goes, for the tracker's operator. */
export class PlaybackQuality {
  private stalls = 0
  private readonly handleError = (_event: string, data: { readonly details?: unknown }) => {
    if (data.details === stallDetails) this.stalls += 1
  }

  constructor(private readonly player: HlsPlayer) {
    player.on('hlsError', this.handleError)
  }

  figures(): QualityFigures {
    const { latency = 0 } = this.player
    const latencyMs = latency > 0 && Number.isFinite(latency) ? Math.round(latency * 1000) : undefined
    return { stalls: this.stalls, latencyMs }
  }

  close(): void {
    this.player.off('hlsError', this.handleError)
  }
}

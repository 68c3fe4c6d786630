/** Chromium measures every 2.5 s: asking more often would cost CPU and tell nothing. */
const askEveryMs = 2000

/** The parts that are read of what `getStats` tells. */
interface StatsEntry {
  readonly id: string
  readonly type: string
  readonly selectedCandidatePairId?: string
  readonly nominated?: boolean
  readonly state?: string
  readonly currentRoundTripTime?: number
}

/** How long a packet takes to the other side of a connection and back, as ICE's own checks measure it all the time. */
export class RoundTripMeter {
  private lastMs: number | undefined
  private askedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly connection: Pick<RTCPeerConnection, 'getStats'> | null | undefined) {}

  /** The last figure; asks for a new one for the next time. */
  read(now: number): number | undefined {
    if (now >= this.askedAt + askEveryMs) {
      this.askedAt = now
      void this.ask()
    }
    return this.lastMs
  }

  private async ask(): Promise<void> {
    try {
      const stats = await this.connection?.getStats()
      if (stats !== undefined) this.lastMs = roundTripOf(stats) ?? this.lastMs
    } catch {
      // The connection is closing, or tells nothing: the last figure stays.
    }
  }
}

function roundTripOf(stats: RTCStatsReport): number | undefined {
  const entries: StatsEntry[] = []
  stats.forEach((entry: StatsEntry) => entries.push(entry))
  const selected = entries.find(({ type }) => type === 'transport')?.selectedCandidatePairId
  const pair = entries.find(({ id, type, nominated, state }) =>
    selected === undefined
      ? type === 'candidate-pair' && nominated === true && state === 'succeeded'
      : id === selected,
  )
  return pair?.currentRoundTripTime === undefined ? undefined : pair.currentRoundTripTime * 1000
}

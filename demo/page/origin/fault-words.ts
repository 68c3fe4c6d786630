/** The origin's fault settings that the page shows and changes. */
export interface Faults {
  readonly latencyMs: number
  /** Share of requests refused, 0 to 1. */
  readonly failShare: number
  /** 0 is no cap. */
  readonly bytesPerSecond: number
  /** `all` disturbs the playlists too: with every request refused, the CDN is gone. */
  readonly scope: string
}

/** Rate caps to choose from, in bytes per second: from none to half of what the demo's best rendition needs. */
export const rateSteps = [0, 1_000_000, 500_000, 250_000, 125_000, 62_500] as const

export function readFaults(json: unknown): Faults {
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>
  const number = (name: keyof Faults): number => {
    const value = fields[name]
    return typeof value === 'number' ? value : 0
  }
  return {
    latencyMs: number('latencyMs'),
    failShare: number('failShare'),
    bytesPerSecond: number('bytesPerSecond'),
    scope: fields['scope'] === 'all' ? 'all' : 'segments',
  }
}

export function isSwitchedOff(faults: Faults): boolean {
  return faults.scope === 'all' && faults.failShare === 1
}

export function latencyWords(latencyMs: number): string {
  return latencyMs === 0 ? 'none' : `${(latencyMs / 1000).toFixed(1)} s`
}

export function failShareWords(failShare: number): string {
  return failShare === 0 ? 'none' : `${Math.round(failShare * 100)} %`
}

export function rateCapWords(bytesPerSecond: number): string {
  return bytesPerSecond === 0 ? 'unlimited' : `${bytesPerSecond / 125_000} Mbit/s`
}

export function faultWords(faults: Faults): string {
  if (isSwitchedOff(faults)) return 'It is switched off'
  const parts = [
    faults.latencyMs > 0 ? `${latencyWords(faults.latencyMs)} late` : '',
    faults.failShare > 0 ? `refuses ${failShareWords(faults.failShare)}` : '',
    faults.bytesPerSecond > 0 ? rateCapWords(faults.bytesPerSecond) : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'It is healthy' : `It suffers: ${parts.join(', ')}`
}

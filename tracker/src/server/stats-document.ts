import type { FleetStats } from '../core/fleet/fleet-stats.js'
import type { TrackerStats } from '../core/tracker-stats.js'
import type { WebtorrentStats } from '../webtorrent/webtorrent-stats.js'
import { trackerVersion } from '../version.js'

/** What `GET /stats` answers. */
export interface StatsDocument extends TrackerStats {
  readonly uptimeSeconds: number
  readonly version: string
  /** Where it is one process of a fleet. */
  readonly fleet?: FleetStats
  /** Absent unless WebTorrent clients are served. */
  readonly webtorrent?: WebtorrentStats
}

/** For how long a written document is handed out again: whoever polls fast must not cost a walk over all cells. */
const freshForMs = 500

/** Makes the document from the tracker's state. `clock` counts milliseconds. */
export class StatsSource {
  private readonly startedAt: number
  private written = ''
  private writtenAt = -Infinity

  constructor(
    private readonly read: (
      now: number,
      streamsListedMax: number,
    ) => Omit<StatsDocument, 'uptimeSeconds' | 'version'>,
    private readonly clock: () => number,
    private readonly streamsListedMax: number,
  ) {
    this.startedAt = clock()
  }

  document(streamsListedMax = this.streamsListedMax): StatsDocument {
    const uptimeSeconds = Math.floor((this.clock() - this.startedAt) / 1000)
    return { uptimeSeconds, version: trackerVersion, ...this.read(this.clock(), streamsListedMax) }
  }

  /** The document as JSON, at most half a second old. */
  text(): string {
    const now = this.clock()
    if (now - this.writtenAt >= freshForMs) {
      this.written = JSON.stringify(this.document())
      this.writtenAt = now
    }
    return this.written
  }
}

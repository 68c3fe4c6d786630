import type Hls from 'hls.js'
import { Prismesh } from 'prismesh'
import type { SegmentNews } from './segment-news.js'

/** Byte counts of one session, or of several after each other. */
export interface ByteTotals {
  readonly cdnBytes: number
  readonly peerBytes: number
  readonly uploadedBytes: number
  readonly rescues: number
}

export interface Reason {
  readonly code: string
  readonly message: string
}

/** Who introduces, and under which name viewers share. */
export interface SharingPlace {
  readonly tracker: string
  readonly streamId: string | undefined
}

export interface MeshSessionEvents {
  readonly handleSegment: (news: SegmentNews) => void
}

const noBytes: ByteTotals = { cdnBytes: 0, peerBytes: 0, uploadedBytes: 0, rescues: 0 }

/**
 * The page's use of the SDK. No STUN server is asked: the demo runs on one machine or in one network, and needs
 * nobody outside it. Whatever the SDK does wrong ends here, as `failure`: the video plays without it.
 */
export class MeshSession {
  readonly #place: SharingPlace
  readonly #ask: () => Promise<boolean>
  readonly #events: MeshSessionEvents
  readonly #links = new Set<string>()
  #mesh: Prismesh | undefined
  #failure: string | undefined
  #earlier = noBytes
  #unsubscribe: (() => void)[] = []

  constructor(place: SharingPlace, ask: () => Promise<boolean>, events: MeshSessionEvents) {
    this.#place = place
    this.#ask = ask
    this.#events = events
  }

  /** Attaches the SDK to a player that has not loaded anything. */
  attach(hls: Hls): void {
    this.close()
    this.#failure = undefined
    this.#guard(() => {
      const { tracker, streamId } = this.#place
      const named = streamId === undefined ? {} : { streamId }
      const mesh = new Prismesh({ tracker, ...named, consent: this.#ask, iceServers: [] })
      this.#mesh = mesh
      this.#unsubscribe = [
        mesh.on('link-opened', ({ member }) => this.#links.add(member)),
        mesh.on('link-closed', ({ member }) => this.#links.delete(member)),
        mesh.on('segment', ({ cdnBytes, sources }) => {
          this.#events.handleSegment({ member: this.member, cdnBytes, sources })
        }),
      ]
      mesh.attach(hls)
    })
  }

  setConsent(consent: boolean): void {
    this.#guard(() => this.#mesh?.setConsent(consent))
  }

  close(): void {
    this.#earlier = this.totals
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#unsubscribe = []
    this.#links.clear()
    const mesh = this.#mesh
    this.#mesh = undefined
    this.#guard(() => mesh?.close())
  }

  get running(): boolean {
    return this.#mesh !== undefined
  }

  /** Why the SDK could not start, in its own words. */
  get failure(): string | undefined {
    return this.#failure
  }

  get member(): string | undefined {
    const mesh = this.#mesh
    return mesh?.member
  }

  get links(): ReadonlySet<string> {
    return this.#links
  }

  get reasons(): readonly Reason[] {
    return this.#guard(() => this.#mesh?.explain()) ?? []
  }

  /** Since the page was opened, over all sessions. */
  get totals(): ByteTotals {
    const stats = this.#mesh?.stats
    if (!stats) return this.#earlier
    return {
      cdnBytes: this.#earlier.cdnBytes + stats.cdnBytes,
      peerBytes: this.#earlier.peerBytes + stats.peerBytes,
      uploadedBytes: this.#earlier.uploadedBytes + stats.uploadedBytes,
      rescues: this.#earlier.rescues + stats.rescues,
    }
  }

  #guard<Value>(action: () => Value): Value | undefined {
    try {
      return action()
    } catch (error) {
      this.#mesh = undefined
      this.#links.clear()
      this.#failure = error instanceof Error ? error.message : String(error)
      return undefined
    }
  }
}

import type { LivePlayer } from '../player/live-player.js'
import type { ByteTotals, MeshSession } from './mesh-session.js'

/** Counts bytes whether the SDK runs or not: without it, what hls.js loads came from the CDN. */
export class ByteMeter {
  readonly #mesh: MeshSession
  readonly #player: LivePlayer
  #loadedBytes = 0
  #plainBytes = 0

  constructor(mesh: MeshSession, player: LivePlayer) {
    this.#mesh = mesh
    this.#player = player
  }

  /** Takes in what came since the last call. */
  read(): ByteTotals {
    const { loadedBytes } = this.#player
    if (!this.#mesh.running) this.#plainBytes += loadedBytes - this.#loadedBytes
    this.#loadedBytes = loadedBytes
    return this.totals
  }

  get totals(): ByteTotals {
    const totals = this.#mesh.totals
    return { ...totals, cdnBytes: totals.cdnBytes + this.#plainBytes }
  }
}

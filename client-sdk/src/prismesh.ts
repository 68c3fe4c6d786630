import { browserEnvironment } from './environment.js'
import type { Explanation } from './explain.js'
import type { PrismeshEvents } from './mesh-events.js'
import { Mesh } from './mesh.js'
import { resolveOptions, type PrismeshOptions } from './options.js'
import type { HlsPlayer } from './player/hls-player.js'
import { browserParts } from './browser-parts.js'
import type { MeshStats } from './stats.js'

/**
 * Peer-to-peer delivery for pages that play HLS with hls.js: viewers of the same stream share its segments, and the
 * CDN stays the safety net.
 *
 * @example
 * const mesh = new Prismesh({ tracker: 'wss://tracker.example.com', consent: true })
 * mesh.attach(hls)
 * hls.loadSource('https://cdn.example.com/live.m3u8')
 */
export class Prismesh {
  readonly #mesh: Mesh

  /**
   * Starts nothing by itself: no connection is made before a player is attached and the viewer agreed.
   *
   * @throws PrismeshError with code `option-invalid`, and a message that names the option and what it must be
   */
  constructor(options: PrismeshOptions) {
    this.#mesh = new Mesh(resolveOptions(options), browserEnvironment, browserParts)
  }

  /** Totals over all players since this Prismesh was made; a frozen snapshot. */
  get stats(): MeshStats {
    return this.#mesh.stats
  }

  /**
   * What the other members know this one by: 40 hexadecimal digits, chosen at random for each stream and no more
   * telling than that. Undefined while nothing is shared.
   */
  get member(): string | undefined {
    return this.#mesh.member
  }

  /**
   * Puts Prismesh on an hls.js instance (1.5 or newer), best before `hls.loadSource()`. Several players may be
   * attached at once. Returns a function that takes it off again: the player goes on by itself, and its `config`
   * and listeners are as they were. `hls.destroy()` detaches as well.
   *
   * @throws PrismeshError with code `player-unsupported`, `player-attached` or `closed`
   */
  attach(hls: HlsPlayer): () => void {
    return this.#mesh.attach(hls)
  }

  /**
   * Says whether the viewer agrees to share; overrules the option `consent`, and may be called at any time. `true`
   * starts sharing. `false` closes every link and the connection to the tracker at once; playback goes on.
   */
  setConsent(agreed: boolean): void {
    this.#mesh.setConsent(agreed)
  }

  /** Why sharing is, or is not, happening now: most important reason first, always at least one. */
  explain(): readonly Explanation[] {
    return this.#mesh.explain()
  }

  /** Calls `listener` for every event of this name; returns the unsubscribe. */
  on<Name extends keyof PrismeshEvents>(name: Name, listener: PrismeshEvents[Name]): () => void {
    return this.#mesh.emitter.on(name, listener)
  }

  /** Detaches every player and leaves no timer, socket, link or listener. Idempotent; cannot be undone. */
  close(): void {
    this.#mesh.close()
  }
}

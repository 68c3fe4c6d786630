import type { Emitter } from './emitter.js'
import type { PrismeshEvents } from './mesh-events.js'
import type { Clock } from './ports/clock.js'
import { sameStats, type MeshStats } from './stats.js'

const intervalMs = 1000

/** Emits `stats` once a second while somebody listens and something changes. */
export class StatsTicker {
  private last: MeshStats | undefined
  private cancel: () => void = () => {}

  constructor(
    private readonly clock: Clock,
    private readonly emitter: Emitter<PrismeshEvents>,
    private readonly read: () => MeshStats,
  ) {}

  start(): void {
    this.cancel()
    this.cancel = this.clock.wake(this.clock.now() + intervalMs, () => {
      this.tick()
      this.start()
    })
  }

  stop(): void {
    this.cancel()
    this.cancel = () => {}
  }

  private tick(): void {
    if (!this.emitter.has('stats')) return
    const stats = this.read()
    if (this.last && sameStats(this.last, stats)) return
    this.last = stats
    this.emitter.emit('stats', stats)
  }
}

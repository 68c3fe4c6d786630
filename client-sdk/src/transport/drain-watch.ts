import { highWatermarkBytes, lowWatermarkBytes } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'

/** How often the buffer is looked at where data channels have no low-watermark event, as in Node's binding. */
const pollIntervalMs = 5

/**
 * Two watermarks on a send buffer: once it has passed the high one, says so when it has fallen to the low one.
 * Where the platform tells of the low watermark itself, call {@link check} then; elsewhere it polls.
 */
export class DrainWatch {
  private state: 'clear' | 'congested' | 'closed' = 'clear'
  private cancelPoll: () => void = () => undefined

  constructor(
    private readonly bufferedBytes: () => number,
    private readonly drained: () => void,
    private readonly clock: Clock,
    private readonly polls: boolean,
  ) {}

  /** To be called after each send. */
  sent(): void {
    if (this.state !== 'clear' || this.bufferedBytes() <= highWatermarkBytes) return
    this.state = 'congested'
    if (this.polls) this.poll()
  }

  check(): void {
    if (this.state !== 'congested' || this.bufferedBytes() > lowWatermarkBytes) return
    this.state = 'clear'
    this.drained()
  }

  close(): void {
    this.state = 'closed'
    this.cancelPoll()
  }

  private poll(): void {
    this.cancelPoll = this.clock.wake(this.clock.now() + pollIntervalMs, () => {
      this.check()
      if (this.state === 'congested') this.poll()
    })
  }
}

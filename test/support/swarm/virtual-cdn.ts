import type { CdnListener, CdnPort, CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import { blockBytes } from '../../../protocol/block.js'
import type { VirtualClock } from './virtual-clock.js'

export interface VirtualCdnShape {
  readonly firstByteMs: number
  readonly bytesPerSecond: number
  readonly segmentBytes: number
  /** True at a moment when the CDN answers 503. */
  readonly broken?: (now: number) => boolean
  /** Share of responses cut off half-way; drawn from `random`. */
  readonly truncateShare?: number
  readonly ignoresRange?: boolean
  readonly random?: () => number
}

/** A CDN in virtual time that counts what it sends, by URL. Every URL is a segment of the same length. */
export class VirtualCdn implements CdnPort {
  readonly bytesByUrl = new Map<string, number>()
  private readonly bodies = new Map<string, Uint8Array>()
  active = 0

  constructor(
    private readonly clock: VirtualClock,
    private readonly shape: VirtualCdnShape,
  ) {}

  /** The true bytes of a segment: a pattern that differs from URL to URL and from byte to byte. */
  body(url: string): Uint8Array {
    const known = this.bodies.get(url)
    if (known !== undefined) return known
    const body = new Uint8Array(this.shape.segmentBytes)
    let state = 7
    for (let at = 0; at < url.length; at += 1) state = (Math.imul(state, 31) + url.charCodeAt(at)) >>> 0
    for (let index = 0; index < body.length; index += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      body[index] = state >>> 24
    }
    this.bodies.set(url, body)
    return body
  }

  fetch(request: CdnRequest, listener: CdnListener): { abort(): void } {
    const { url } = request.source
    let cancel: () => void = () => {}
    let state: 'open' | 'over' = 'open'
    const later = (delayMs: number, act: () => void): void => {
      cancel = this.clock.wake(this.clock.now() + delayMs, act)
    }
    const over = (): void => {
      state = 'over'
      this.active -= 1
    }
    this.active += 1
    later(this.shape.firstByteMs, () => {
      if (this.shape.broken?.(this.clock.now()) === true) {
        over()
        listener.failed({ kind: 'status', status: 503 })
        return
      }
      const body = this.body(url)
      const from = this.shape.ignoresRange === true ? 0 : request.from
      const to =
        this.shape.ignoresRange === true ? body.length : Math.min(request.to ?? body.length, body.length)
      if (from >= body.length) {
        over()
        listener.failed({ kind: 'beyond-end' })
        return
      }
      const cut = (this.shape.random?.() ?? 1) < (this.shape.truncateShare ?? 0)
      const end = cut ? from + Math.floor((to - from) / 2) : to
      listener.started(from, to - from)
      const send = (at: number): void => {
        const next = Math.min(at + blockBytes, end)
        later(((next - at) * 1000) / this.shape.bytesPerSecond, () => {
          this.bytesByUrl.set(url, (this.bytesByUrl.get(url) ?? 0) + next - at)
          if (next > at) listener.progressed(body.subarray(at, next))
          if (state === 'over') return
          if (next < end) {
            send(next)
            return
          }
          over()
          if (cut) listener.failed({ kind: 'truncated' })
          else listener.ended()
        })
      }
      send(from)
    })
    return {
      abort: () => {
        if (state === 'over') return
        over()
        cancel()
      },
    }
  }
}

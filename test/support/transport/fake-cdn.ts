import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import type { CdnListener, CdnPort, CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import type { FetchFailure } from '../../../client-sdk/src/engine/inputs.js'

/** How the fake answers for one URL. */
export interface FakeResource {
  readonly bytes: Uint8Array
  readonly status?: number
  readonly ignoresRange?: boolean
  /** After so many bytes the connection breaks, or (`hangs`) nothing more comes. */
  readonly cutAfter?: number
  readonly hangs?: boolean
}

/** A CDN in memory, in whatever time its clock keeps. */
export class FakeCdn implements CdnPort {
  readonly resources = new Map<string, FakeResource>()
  bytesSent = 0

  constructor(
    private readonly clock: Clock,
    private readonly chunkBytes = 1000,
    private readonly delayMs = 5,
  ) {}

  fetch(request: CdnRequest, listener: CdnListener): { abort(): void } {
    let cancel: () => void
    const next = (run: () => void) => {
      cancel = this.clock.wake(this.clock.now() + this.delayMs, run)
    }
    const resource = this.resources.get(request.source.url)
    const answer = resource ? answerFor(resource, request) : ({ kind: 'network' } as const)
    const send = (bytes: Uint8Array, whole: boolean, hangs: boolean): void => {
      if (bytes.length > 0) {
        const chunk = bytes.slice(0, this.chunkBytes)
        this.bytesSent += chunk.length
        listener.progressed(chunk)
        next(() => send(bytes.subarray(chunk.length), whole, hangs))
      } else if (whole) listener.ended()
      else if (!hangs) listener.failed({ kind: 'truncated' })
    }
    next(() => {
      if ('kind' in answer) {
        listener.failed(answer)
        return
      }
      listener.started(answer.offset, answer.bytes.length)
      const sent = answer.bytes.subarray(0, resource?.cutAfter)
      send(sent, sent.length === answer.bytes.length, resource?.hangs === true)
    })
    return { abort: () => cancel() }
  }
}

function answerFor(
  resource: FakeResource,
  request: CdnRequest,
): FetchFailure | { readonly offset: number; readonly bytes: Uint8Array } {
  if (resource.status !== undefined) return { kind: 'status', status: resource.status }
  const { start, end } = request.resourceRange ?? { start: 0, end: resource.bytes.length }
  const segment = resource.bytes.subarray(start, end)
  if (resource.ignoresRange === true) return { offset: 0, bytes: segment }
  if (request.from > 0 && request.from >= segment.length) return { kind: 'beyond-end' }
  return { offset: request.from, bytes: segment.subarray(request.from, request.to) }
}

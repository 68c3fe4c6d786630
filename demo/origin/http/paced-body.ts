import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** Small enough that a cut transfer is counted closely: the size of a Prismesh block. */
const sliceBytes = 16 * 1024

/** Below this many slices a second a capped response would arrive in bursts. */
const slicesPerSecond = 20

export interface Pace {
  /** 0 is no cap. */
  readonly bytesPerSecond: number
  /** Stop after this many bytes. */
  readonly bytesMax: number
  readonly signal: AbortSignal
  /** Called with each count of bytes the operating system has taken. */
  readonly onSent: (bytes: number) => void
}

/** Writes a body in slices. Ends early, without throwing, when the client goes away. */
export async function writeBody(
  response: ServerResponse,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  pace: Pace,
): Promise<void> {
  const startedMs = performance.now()
  const capped = pace.bytesPerSecond > 0
  const step = capped
    ? Math.max(1, Math.min(sliceBytes, Math.floor(pace.bytesPerSecond / slicesPerSecond)))
    : sliceBytes
  let sent = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += step) {
      const slice = chunk.subarray(at, Math.min(at + step, at + pace.bytesMax - sent))
      if (slice.length === 0) return
      if (capped)
        await waitUntil(startedMs + ((sent + slice.length) / pace.bytesPerSecond) * 1000, pace.signal)
      if (!(await writeSlice(response, slice))) return
      sent += slice.length
      pace.onSent(slice.length)
    }
  }
}

async function waitUntil(timeMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = timeMs - performance.now()
  // Timers fire late by up to a millisecond or so; the next slice makes up for it.
  if (waitMs > 1) await delay(waitMs, undefined, { signal }).catch(() => undefined)
}

/** Resolves to false when the client has gone. */
function writeSlice(response: ServerResponse, slice: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve(false)
    const onClose = (): void => resolve(false)
    response.once('close', onClose)
    response.write(slice, (error) => {
      response.off('close', onClose)
      resolve(!error)
    })
  })
}

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../faults/fault-choice.js'
import type { SegmentLedger } from '../traffic/segment-ledger.js'
import { writeBody } from './paced-body.js'
import { planReply, refusal } from './reply-plan.js'
import type { Resource } from './resource.js'
import { sendPlan } from './send-plan.js'

/** As the witness of a Prismesh tracker names itself. */
const witnessName = 'prismesh-witness'

/** Sends a resource, with what is wrong with this response, and counts what went out. */
export async function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  resource: Resource,
  fault: Fault,
  ledger: SegmentLedger,
  signal: AbortSignal,
): Promise<void> {
  const plan = planReply(resource, request.headers.range, fault.ignoreRange)
  const isHead = request.method === 'HEAD'
  const reader = request.headers['user-agent'] === witnessName ? 'witness' : 'viewer'
  const { kind, accounts } = resource
  if (!isHead) ledger.recordRequest(kind, accounts, plan.range.start, plan.range.end, reader)

  if (fault.latencyMs > 0) await delay(fault.latencyMs, undefined, { signal }).catch(() => undefined)
  if (signal.aborted) return
  const { outcome } = fault
  if (outcome.kind === 'hang' && outcome.place === 'before') return untilGone(response)
  if (outcome.kind === 'fail') return sendPlan(response, refusal(outcome.status, 'a fault asked for this'))
  if (isHead || plan.range.end === plan.range.start) return sendPlan(response, plan)

  const length = plan.range.end - plan.range.start
  let position = plan.range.start
  response.writeHead(plan.status, plan.headers)
  await writeBody(response, plan.chunks, {
    bytesPerSecond: fault.bytesPerSecond,
    bytesMax: outcome.kind === 'serve' ? length : Math.floor(length / 2),
    signal,
    onSent: (bytes) => {
      ledger.recordBytes(kind, accounts, position, position + bytes, reader)
      position += bytes
    },
  })
  if (signal.aborted) return
  if (outcome.kind === 'hang') return untilGone(response)
  // A body shorter than announced, by a fault or by the server it comes from, must not look like a whole one.
  if (position < plan.range.end) response.destroy()
  else response.end()
}

async function untilGone(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, 'close')
}

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FaultDesk } from '../faults/fault-desk.js'
import type { SegmentLedger } from '../traffic/segment-ledger.js'
import { answerControl, type ControlTarget } from './control-api.js'
import { applyCors } from './cors.js'
import { deliver } from './deliver.js'
import { refusal } from './reply-plan.js'
import type { Site } from './resource.js'
import { sendPlan } from './send-plan.js'

export interface OriginHandlerOptions {
  /** By the first folder of the path. */
  readonly sites: ReadonlyMap<string, Site>
  readonly ledger: SegmentLedger
  readonly faults: FaultDesk
  readonly control: ControlTarget
  readonly now: () => number
  readonly exposeContentRange: boolean
}

/** The request listener of the origin: finds the resource, and hands it to the delivery. */
export function originHandler(options: OriginHandlerOptions): RequestListener {
  return (request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy()
      else void sendPlan(response, refusal(502, error instanceof Error ? error.message : String(error)))
    })
  }
}

async function answer(
  options: OriginHandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (applyCors(request, response, options.exposeContentRange)) return
  const target = /^\/([a-z0-9-]+)\/([^?#]*)(\?[^#]*)?/.exec(request.url ?? '')
  const [, folder = '', path = '', search = ''] = target ?? []
  if (folder === 'origin') {
    if (await answerControl(request, response, `/origin/${path}`, options.control)) return
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD, OPTIONS')
    return sendPlan(response, refusal(405, 'only GET and HEAD'))
  }

  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const { signal } = gone
  const range = options.faults.settings.ignoreRange ? undefined : request.headers.range
  const site = options.sites.get(folder)
  const resource = await site?.({ path, search, range, nowMs: options.now(), signal })
  if (!resource) return sendPlan(response, refusal(404, 'there is nothing here'))
  const fault = options.faults.choose(resource.kind)
  await deliver(request, response, resource, fault, options.ledger, signal)
}

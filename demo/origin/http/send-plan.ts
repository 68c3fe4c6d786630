import type { ServerResponse } from 'node:http'
import type { ReplyPlan } from './reply-plan.js'

/** Sends a reply that is not counted: one without a body, or a refusal's line of text. */
export async function sendPlan(response: ServerResponse, plan: ReplyPlan): Promise<void> {
  response.writeHead(plan.status, plan.headers)
  if (response.req.method !== 'HEAD') for await (const chunk of plan.chunks) response.write(chunk)
  response.end()
}

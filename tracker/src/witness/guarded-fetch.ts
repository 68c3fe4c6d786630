import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.js'

/** Why nothing came. */
export type FetchProblem =
  'address-refused' | 'network' | 'timeout' | 'too-large' | 'status' | 'redirect-refused' | 'closed'

export interface FetchOrder {
  readonly url: URL
  readonly bytesMax: number
  readonly headers?: Readonly<Record<string, string>>
}

export type FetchAnswer =
  | {
      readonly ok: true
      readonly status: number
      readonly body: Uint8Array
      readonly etag: string | undefined
      readonly modified: string | undefined
      /** After redirects. */
      readonly url: URL
    }
  | { readonly ok: false; readonly problem: FetchProblem }

/** From the request to the last byte. A segment that takes longer is too late for a live digest. */
const timeoutMs = 15_000
const redirectsMax = 3
const socketsPerHostMax = 8

type Resolved = (error: Error | null, addresses: string | LookupAddress[], family?: number) => void

/**
 * Fetches from public addresses only, unless the operator allows others: the address that is connected to is the one that
 * was checked, at every redirect and for every way to write it.
 */
export class GuardedFetch {
  private readonly agents: { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent }
  private readonly open = new Set<{ destroy(error?: Error): unknown }>()
  private closed = false

  constructor(private readonly allowPrivate: boolean) {
    const lookup = this.lookup.bind(this)
    const options = { keepAlive: true, maxSockets: socketsPerHostMax, maxFreeSockets: 2, lookup }
    this.agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }
  }

  /** Never rejects. 304 is an answer without a body. */
  async get(order: FetchOrder): Promise<FetchAnswer> {
    let { url } = order
    for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
      const answer = await this.once({ ...order, url })
      if (!('location' in answer)) return answer
      const next = URL.canParse(answer.location, url.href) ? new URL(answer.location, url) : undefined
      if (!next || !isRedirectTarget(url, next)) break
      url = next
    }
    return { ok: false, problem: 'redirect-refused' }
  }

  close(): void {
    this.closed = true
    for (const request of this.open) request.destroy()
    this.agents['http:'].destroy()
    this.agents['https:'].destroy()
  }

  private once({ url, bytesMax, headers }: FetchOrder): Promise<FetchAnswer | { readonly location: string }> {
    return new Promise((settle) => {
      const fail = (problem: FetchProblem) => settle({ ok: false, problem })
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (this.closed) return fail('closed')
      // For a literal address nothing is looked up.
      if (isIP(host) !== 0 && !this.allowPrivate && !isPublicAddress(host)) return fail('address-refused')
      const isTls = url.protocol === 'https:'
      const request = (isTls ? httpsRequest : httpRequest)(url, {
        agent: isTls ? this.agents['https:'] : this.agents['http:'],
        headers: { 'Accept-Encoding': 'identity', 'User-Agent': 'prismesh-witness', ...headers },
      })
      const timer = setTimeout(() => {
        fail('timeout')
        request.destroy()
      }, timeoutMs)
      this.open.add(request)
      request.once('close', () => {
        clearTimeout(timer)
        this.open.delete(request)
        if (!answered) fail('network')
      })
      request.once('error', (error) => fail(error instanceof AddressRefused ? 'address-refused' : 'network'))
      let answered = false
      request.once('response', (response) => {
        answered = true
        const { statusCode: status = 0 } = response
        const { location } = response.headers
        if (status >= 300 && status < 400 && status !== 304) {
          response.resume()
          return settle(location === undefined ? { ok: false, problem: 'status' } : { location })
        }
        if (status !== 200 && status !== 206 && status !== 304) {
          response.resume()
          return fail('status')
        }
        gather(response, bytesMax).then(
          (body) => settle({ ok: true, status, body, url, ...validators(response) }),
          (error: unknown) => {
            fail(error instanceof TooLarge ? 'too-large' : 'network')
            request.destroy()
          },
        )
      })
      request.end()
    })
  }

  private lookup(host: string, options: LookupOptions, resolved: Resolved): void {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      const allowed = this.allowPrivate || addresses?.every(({ address }) => isPublicAddress(address))
      if (error) resolved(error, [])
      else if (first === undefined || !allowed) resolved(new AddressRefused(), [])
      else if (options.all === true) resolved(null, addresses)
      else resolved(null, first.address, first.family)
    })
  }
}

class AddressRefused extends Error {}
class TooLarge extends Error {}

/** Rejects a body that is too large, or ends before its length. */
async function gather(response: IncomingMessage, bytesMax: number): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > bytesMax) throw new TooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function validators({ headers }: IncomingMessage) {
  return { etag: headers.etag, modified: headers['last-modified'] }
}

/** Never from TLS to plain text, and to nothing but HTTP. */
function isRedirectTarget(from: URL, to: URL): boolean {
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')
}

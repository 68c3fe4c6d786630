import type { StreamPolicy } from '../../protocol/stream-policy.js'
import type { OverviewDocument } from '../src/server/operator/overview-document.js'

const storageKey = 'prismesh-operator-token'
const requestTimeoutMs = 8000

/** The tracker will not take the token. */
export class TokenRefused extends Error {}

/**
 * Speaks to the tracker that served the page. The token is kept for as long as the tab, and goes out in a header: there
 * is no cookie that another page could make use of.
 */
export class OperatorClient {
  private token = readToken()

  get hasToken(): boolean {
    return this.token !== ''
  }

  useToken(token: string): void {
    this.token = token
    try {
      sessionStorage.setItem(storageKey, token)
    } catch {
      // Where storage is blocked the token lasts until the page is loaded again.
    }
  }

  forgetToken(): void {
    this.token = ''
    try {
      sessionStorage.removeItem(storageKey)
    } catch {
      // There is nothing to remove then.
    }
  }

  async overview(): Promise<OverviewDocument> {
    return (await this.request('overview', 'GET')) as OverviewDocument
  }

  async setPolicy(stream: string, policy: StreamPolicy): Promise<void> {
    await this.request(`policies/${encodeURIComponent(stream)}`, 'PUT', policy)
  }

  private async request(path: string, method: string, body?: object): Promise<unknown> {
    const response = await fetch(`../operator/${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(requestTimeoutMs),
    })
    if (response.status === 401) throw new TokenRefused('the tracker does not know this token')
    const answer: unknown = await response.json()
    if (response.ok) return answer
    const { error = response.status, detail = '' } = answer as { error?: string; detail?: string }
    throw new Error(`${error} ${detail}`.trim())
  }
}

function readToken(): string {
  try {
    return sessionStorage.getItem(storageKey) ?? ''
  } catch {
    return ''
  }
}

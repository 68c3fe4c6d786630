import type { Page } from 'playwright'

/** Every text between a page and the tracker, in both directions. */
export class SignalRecord {
  readonly texts: string[] = []

  /** From now on; before the page opens its connection. */
  constructor(page: Page) {
    page.on('websocket', (socket) => {
      const keep = ({ payload }: { payload: string | Buffer }) => void this.texts.push(String(payload))
      socket.on('framesent', keep)
      socket.on('framereceived', keep)
    })
  }

  /** The kinds of all ICE candidates that passed, each once: `host`, `srflx`, `prflx`, `relay`. */
  get candidateKinds(): readonly string[] {
    return [...new Set(this.matches(/candidate:[^"\\]* typ (\w+)/g))].toSorted()
  }

  /** The addresses that candidates name as the one behind them. */
  get relatedAddresses(): readonly string[] {
    return [...new Set(this.matches(/ raddr ([^ "\\]+)/g))]
  }

  /** Addresses of candidates, and those in the lines of descriptions that may hold one. */
  get addresses(): readonly string[] {
    const ofCandidates = this.matches(/candidate:\S+ \d+ \w+ \d+ ([^ "\\]+) \d+ typ/g)
    return [...new Set([...ofCandidates, ...this.matches(/[co]=[^"\\]*IN IP[46] ([^ "\\]+)/g)])]
  }

  private matches(pattern: RegExp): string[] {
    return this.texts.flatMap((text) => [...text.matchAll(pattern)].map(([, found]) => found ?? ''))
  }
}

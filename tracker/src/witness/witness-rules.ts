import type { StreamId } from '../../../protocol/ids.js'
import { parseUrl, readRule, type PatternRule } from '../config/witness-rule.js'

/** The streams that the operator lets the witness fetch, and where. Who joins a stream decides nothing here. */
export class WitnessRules {
  private readonly exact = new Map<string, URL>()
  private readonly patterns: readonly PatternRule[]

  /** Rules that passed the check of the options. */
  constructor(rules: readonly string[]) {
    const read = rules.map(readRule).filter((rule) => rule !== undefined)
    for (const rule of read)
      if ('url' in rule && !this.exact.has(rule.stream)) this.exact.set(rule.stream, rule.url)
    this.patterns = read.filter((rule) => 'path' in rule)
  }

  /** Where the stream's playlist is; undefined for a stream that no rule allows. */
  playlistOf(stream: StreamId): URL | undefined {
    const exact = this.exact.get(stream)
    if (exact) return exact
    // A default stream id is host and path, as a URL writes them; anything that reads otherwise is refused.
    if (/[\\?#@\s]|%2f|%5c/i.test(stream)) return undefined
    for (const { protocol, host, path } of this.patterns) {
      const url = parseUrl(`${protocol}//${stream}`)
      if (url && url.host === host && url.host + url.pathname === stream && path.test(url.pathname))
        return url
    }
    return undefined
  }
}

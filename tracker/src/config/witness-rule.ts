import { streamIdLengthMax } from '../../../protocol/ids.js'

/** One stream, and where its playlist is. */
export interface ExactRule {
  readonly stream: string
  readonly url: URL
}

/** Streams under their default ids, which are host and path. */
export interface PatternRule {
  readonly protocol: string
  readonly host: string
  readonly path: RegExp
}

/** `https://host/path`, with `*` for any text within the path, or `<stream id>=<URL>`. */
export function isWitnessRule(text: string): boolean {
  return readRule(text) !== undefined
}

/** Undefined for a text that is no rule. */
export function readRule(text: string): ExactRule | PatternRule | undefined {
  if (!/^https?:\/\//.test(text)) {
    const at = text.indexOf('=')
    const [stream, url] = [text.slice(0, Math.max(at, 0)), parseUrl(text.slice(at + 1))]
    return stream === '' || stream.length > streamIdLengthMax || !url ? undefined : { stream, url }
  }
  const url = parseUrl(text)
  if (!url || url.search !== '' || url.hash !== '' || url.host.includes('*')) return undefined
  const path = url.pathname.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return { protocol: url.protocol, host: url.host, path: new RegExp(`^${path.join('.*')}$`) }
}

/** A plain http or https URL, without a user in it. */
export function parseUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const plain =
    url.username === '' && url.password === '' && (url.protocol === 'https:' || url.protocol === 'http:')
  return plain ? url : undefined
}

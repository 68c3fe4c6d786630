import { dialableHost } from '../origin/http/dialable-host.js'

/** What the page needs to know, as `/config.json`. */
export interface PageConfig {
  /** The playlist to play. */
  readonly stream: string
  /** Under which viewers share it. */
  readonly streamId: string
  readonly tracker: string
  /** Statistics of the tracker (GET). */
  readonly trackerStats: string
  /** Statistics of the origin (GET); absent when the stream does not pass through it. */
  readonly originStats?: string
  /** Faults of the origin (GET, POST); absent likewise. */
  readonly faults?: string
}

/**
 * The configuration for a page opened under `hostHeader`: a phone reaches this machine by another name than it
 * calls itself, so the demo's own URLs take the name the phone used. Foreign URLs stay as they are.
 */
export function configFor(
  config: PageConfig,
  hostHeader: string | undefined,
  listenHost: string,
): PageConfig {
  const asked = `http://${hostHeader ?? ''}`
  if (!hostHeader || !URL.canParse(asked)) return config
  const { hostname } = new URL(asked)
  const own = dialableHost(listenHost)
  const rename = (text: string): string => {
    const url = new URL(text)
    if (url.hostname !== own) return text
    url.hostname = hostname
    return url.href
  }
  return {
    stream: rename(config.stream),
    streamId: config.streamId,
    tracker: rename(config.tracker),
    trackerStats: rename(config.trackerStats),
    ...(config.originStats === undefined ? {} : { originStats: rename(config.originStats) }),
    ...(config.faults === undefined ? {} : { faults: rename(config.faults) }),
  }
}

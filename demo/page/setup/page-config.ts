/** What `/config.json` says: whoever starts the demo knows the ports. All values are absolute URLs. */
export interface PageConfig {
  /** The HLS playlist to play. */
  readonly stream: string
  /** Under which viewers share it; absent where its URL names it. */
  readonly streamId: string | undefined
  /** The tracker's WebSocket. */
  readonly tracker: string
  /** Where the origin reports what it sent; absent when nobody counts. */
  readonly originStats: string | undefined
  /** Where the origin takes orders to misbehave; absent when it takes none. */
  readonly faults: string | undefined
  /** Where the tracker says how many watch; absent when it does not. */
  readonly trackerStats: string | undefined
  /** Where the documentation is. */
  readonly docs: string | undefined
}

/** @throws Error in words fit for the page. */
export async function loadConfig(): Promise<PageConfig> {
  const response = await fetch('config.json', { cache: 'no-store' })
  if (!response.ok) throw new Error(`config.json answered ${response.status}`)
  const json: unknown = await response.json()
  if (typeof json !== 'object' || json === null) throw new Error('config.json is not an object')
  const text = (name: keyof PageConfig): string | undefined => {
    const value: unknown = (json as Record<string, unknown>)[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const [stream, tracker] = [text('stream'), text('tracker')]
  if (stream === undefined) throw new Error('config.json names no stream')
  if (tracker === undefined) throw new Error('config.json names no tracker')
  return {
    stream,
    streamId: text('streamId'),
    tracker,
    originStats: text('originStats'),
    faults: text('faults'),
    trackerStats: text('trackerStats'),
    docs: text('docs'),
  }
}

/** What the viewer page is asked to play, and how. */
export interface ViewerAddress {
  readonly stream: string
  readonly tracker: string
  readonly mode?: 'plain' | 'prismesh'
  /** `none` leaves the option out; `ask` gives a function that `viewer.answerConsent` answers. */
  readonly consent?: 'yes' | 'no' | 'none' | 'ask'
  /** Further options for Prismesh. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly hls?: Readonly<Record<string, unknown>>
  readonly start?: 'manual'
  /** Holds the player at this rendition, the lowest being 0. Default: the player's choice. */
  readonly level?: number
  /** Keeps hashes of what the loader delivers, for `assertIntact`. */
  readonly record?: boolean
  /** Appended to the page's query, e.g. `prismesh=off`. */
  readonly query?: string
}

/** The URL of a viewer page that plays so. `pageUrl` has no slash at its end. */
export function viewerAddress(pageUrl: string, viewer: ViewerAddress): string {
  const parameters = new URLSearchParams({
    stream: viewer.stream,
    tracker: viewer.tracker,
    mode: viewer.mode ?? 'prismesh',
    consent: viewer.consent ?? 'yes',
  })
  // Tabs on one machine find each other without STUN, and tests must not depend on the network outside.
  parameters.set('options', JSON.stringify({ iceServers: [], ...viewer.options }))
  if (viewer.hls !== undefined) parameters.set('hls', JSON.stringify(viewer.hls))
  if (viewer.start !== undefined) parameters.set('start', viewer.start)
  if (viewer.level !== undefined) parameters.set('level', String(viewer.level))
  if (viewer.record === true) parameters.set('record', 'yes')
  return `${pageUrl}/?${parameters.toString()}${viewer.query ? `&${viewer.query}` : ''}`
}

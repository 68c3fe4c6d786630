/** What the page's address asks for. */
export interface PageParameters {
  /** `consent=yes|no` answers the question in advance, for viewers without hands. */
  readonly consent: boolean | undefined
  /** `viewer=NAME` is shown, so that windows can be told apart. */
  readonly viewerName: string | undefined
  /** Playback starts by itself, muted, unless `autoplay=0`. */
  readonly autoplay: boolean
  /** `prismesh=off`, the SDK's own kill switch. */
  readonly switchedOff: boolean
}

/** Names are for a narrow column. */
const viewerNameLengthMax = 24

export function readParameters(search: string): PageParameters {
  const parameters = new URLSearchParams(search)
  const consent = parameters.get('consent')
  return {
    consent: consent === 'yes' ? true : consent === 'no' ? false : undefined,
    viewerName: parameters.get('viewer')?.slice(0, viewerNameLengthMax) || undefined,
    autoplay: parameters.get('autoplay') !== '0',
    switchedOff: parameters.get('prismesh') === 'off',
  }
}

/** The address of one more viewer who has agreed: opening it by hand is the agreement. */
export function otherViewerUrl(href: string): string {
  const url = new URL(href)
  url.searchParams.set('consent', 'yes')
  url.searchParams.set('autoplay', '1')
  url.searchParams.delete('viewer')
  if (url.searchParams.get('prismesh') === 'off') url.searchParams.delete('prismesh')
  return url.href
}

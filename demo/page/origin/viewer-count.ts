import { fieldOf, requestJson } from './json-over-http.js'

/** How many watch: the tracker's word where it gives one, else this viewer and those it is linked with. */
export class ViewerCount {
  readonly #statsUrl: string | undefined
  readonly #streamUrl: string
  #told: number | undefined

  constructor(statsUrl: string | undefined, streamUrl: string) {
    this.#statsUrl = statsUrl
    this.#streamUrl = streamUrl
  }

  count(links: number): number {
    return Math.max(this.#told ?? 0, links + 1)
  }

  async refresh(): Promise<void> {
    if (this.#statsUrl === undefined) return
    try {
      this.#told = readViewers(await requestJson(this.#statsUrl), this.#streamUrl)
    } catch {
      // A tracker that is away counts nobody; the links still do.
      this.#told = undefined
    }
  }
}

/** The members of the page's stream that are no fog nodes: those do not watch. Streams are named by host and path. */
function readViewers(json: unknown, streamUrl: string): number | undefined {
  const streams = fieldOf(json, 'streams')
  if (!Array.isArray(streams)) return undefined
  const { host, pathname } = new URL(streamUrl)
  const mine: unknown = streams.find((stream) => fieldOf(stream, 'stream') === host + pathname)
  const members = fieldOf(mine, 'members')
  if (typeof members !== 'number') return undefined
  const cells = fieldOf(mine, 'cells')
  const fog = (Array.isArray(cells) ? cells : []).map((cell) => fieldOf(cell, 'fog'))
  return fog.reduce((rest: number, count) => rest - (typeof count === 'number' ? count : 0), members)
}

import type { OverviewDocument } from '../src/server/operator/overview-document.js'
import { makeElement, setText } from './make-element.js'
import { Sparkline } from './sparkline.js'
import { countWords, numberWords, rateWords, secondsWords, shareWords } from './words.js'

interface Tile {
  readonly name: string
  readonly title: string
  /** What the top of its line stands for. */
  readonly most?: number
  readonly value: (overview: OverviewDocument) => number | null
  readonly words: (value: number | null) => string
  readonly note: (overview: OverviewDocument) => string
}

const cellCount = ({ totals }: OverviewDocument) =>
  Object.values(totals.cells).reduce((sum, count) => sum + count, 0)

const tiles: readonly Tile[] = [
  {
    name: 'offload',
    title: 'Offload',
    most: 1,
    value: ({ totals }) => totals.recent.offload,
    words: shareWords,
    note: ({ totals }) => `${shareWords(totals.offload)} since the start`,
  },
  {
    name: 'viewers',
    title: 'Viewers',
    value: ({ totals }) => totals.members,
    words: (value) => countWords(value ?? 0),
    note: (overview) => {
      const { streams } = overview.totals
      const cells = cellCount(overview)
      return `${countWords(streams)} ${streams === 1 ? 'stream' : 'streams'}, ${countWords(cells)} ${cells === 1 ? 'cell' : 'cells'}`
    },
  },
  {
    name: 'cdn',
    title: 'From the CDN',
    value: ({ totals }) => totals.recent.cdnBytesPerSecond,
    words: (value) => rateWords(value ?? 0),
    note: ({ totals }) => `${rateWords(totals.recent.peerBytesPerSecond)} from viewers`,
  },
  {
    name: 'stalls',
    title: 'Stalls each minute',
    value: ({ totals }) => totals.recent.stallsPerMinute,
    words: (value) => numberWords(value, 1),
    note: ({ totals }) => `${countWords(totals.rescues)} rescues so far`,
  },
  {
    name: 'latency',
    title: 'Behind live',
    value: ({ totals }) => totals.recent.latencyMs,
    words: secondsWords,
    note: () => 'mean of those who tell',
  },
]

/** The row of figures at the top, each with its last two minutes. */
export function showTiles(row: HTMLElement): (overview: OverviewDocument) => void {
  const shown = tiles.map((tile) => {
    const value = makeElement('p', 'value')
    const note = makeElement('p', 'note')
    const line = new Sparkline(`${tile.title}, last two minutes`, tile.most)
    const title = makeElement('h2', '', tile.title)
    row.append(makeElement('section', `card tile tile-${tile.name}`, [title, value, line.element, note]))
    return { tile, value, note, line }
  })
  return (overview) => {
    for (const { tile, value, note, line } of shown) {
      const figure = tile.value(overview)
      setText(value, tile.words(figure))
      setText(note, tile.note(overview))
      line.add(figure)
    }
  }
}

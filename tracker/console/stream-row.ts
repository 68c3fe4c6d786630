import type { StreamPolicy } from '../../protocol/stream-policy.js'
import type { OverviewDocument } from '../src/server/operator/overview-document.js'
import { makeElement, setText } from './make-element.js'
import { policyWords } from './policy-words.js'
import { countWords, numberWords, secondsWords, shareWords } from './words.js'

export type ListedStream = OverviewDocument['streams'][number]
export type Decide = (stream: string, policy: StreamPolicy, members: number) => void

/** Cells drawn one by one; beyond that a number says the rest. */
const cellsDrawnMax = 24
const cellMembersMost = 64

/** One stream's line. On a narrow screen the style sheet makes a card of it, with the columns' names from `data-label`. */
export class StreamRow {
  readonly element: HTMLTableRowElement
  private stream: ListedStream | undefined
  private readonly members = makeElement('td', 'number', '', { 'data-label': 'Viewers' })
  private readonly cells = makeElement('td', 'cells', '', { 'data-label': 'Cells' })
  private readonly bar = makeElement('span', 'bar-fill')
  private readonly offload = makeElement('span')
  private readonly digests = makeElement('span', 'remark')
  private readonly copies = makeElement('td', 'number', '', { 'data-label': 'CDN copies' })
  private readonly stalls = makeElement('td', 'number', '', { 'data-label': 'Stalls / min' })
  private readonly latency = makeElement('td', 'number', '', { 'data-label': 'Behind live' })
  private readonly button: HTMLButtonElement

  constructor(name: string, decide: Decide) {
    this.button = makeElement('button', 'policy', '', { type: 'button' })
    this.button.addEventListener('click', () => {
      if (this.stream) decide(name, this.stream.policy, this.stream.members)
    })
    const bar = makeElement('span', 'bar', [this.bar])
    const offload = makeElement('td', 'offload', [bar, this.offload, this.digests], {
      'data-label': 'Offload',
    })
    const policy = makeElement('td', 'sharing', [this.button], { 'data-label': 'Sharing' })
    const head = makeElement('th', 'name', name, { scope: 'row', title: name })
    this.element = makeElement('tr', '', [
      head,
      this.members,
      this.cells,
      offload,
      this.copies,
      this.stalls,
      this.latency,
      policy,
    ])
  }

  show(stream: ListedStream): void {
    this.stream = stream
    const { recent, policy } = stream
    setText(this.members, countWords(stream.members))
    this.drawCells(stream)
    setText(this.offload, shareWords(recent.offload))
    this.bar.style.inlineSize = `${(recent.offload ?? 0) * 100}%`
    setText(this.digests, digestWords[stream.digests])
    this.digests.title = digestTitles[stream.digests]
    setText(this.copies, copiesWords(stream))
    setText(this.stalls, numberWords(recent.stallsPerMinute, 1))
    this.stalls.classList.toggle('bad', recent.stallsPerMinute >= 1)
    setText(this.latency, secondsWords(recent.latencyMs))
    const words = policyWords(policy)
    setText(this.button, words)
    this.button.dataset['p2p'] = policy.p2p
    this.button.setAttribute('aria-label', `Sharing on ${stream.stream}: ${words}. Change`)
  }

  private drawCells({ cells }: ListedStream): void {
    const sizes = cells.map(({ members }) => members).toSorted((one, other) => other - one)
    const key = sizes.join()
    if (this.cells.dataset['sizes'] === key) return
    this.cells.dataset['sizes'] = key
    const drawn = sizes.slice(0, cellsDrawnMax).map((members) => {
      const column = makeElement('span', 'cell')
      column.style.blockSize = `${Math.max(12, (members / cellMembersMost) * 100)}%`
      return column
    })
    const more = sizes.length - drawn.length
    const words = `${countWords(sizes.length)}${more > 0 ? ` (${more} not drawn)` : ''}`
    this.cells.replaceChildren(
      makeElement('span', 'cell-picture', drawn, { 'aria-hidden': 'true' }),
      makeElement('span', 'cell-count', words),
    )
    this.cells.title = sizes
      .slice(0, cellsDrawnMax)
      .map((members) => `${members} members`)
      .join(', ')
  }
}

const digestWords = { told: '', missing: 'digests missing', none: 'no digests' } as const
const digestTitles = {
  told: '',
  missing: 'No digest came for a minute: viewers share nothing, unless their pages set integrity off',
  none: 'No witness rule allows this stream: viewers share nothing, unless their pages set integrity off',
} as const

/** An estimate says so. */
function copiesWords({ copiesPerSegment, copiesFrom }: ListedStream): string {
  const words = numberWords(copiesPerSegment, 2)
  return copiesPerSegment !== null && copiesFrom === 'members' ? `≈ ${words}` : words
}

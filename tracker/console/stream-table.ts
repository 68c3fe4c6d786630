import type { OverviewDocument } from '../src/server/operator/overview-document.js'
import { makeElement, setText } from './make-element.js'
import { policyWords } from './policy-words.js'
import { requiredElement } from './required-element.js'
import { StreamRow, type Decide } from './stream-row.js'
import { countWords } from './words.js'

/** The streams, largest first, and below them what was decided for streams that nobody watches. */
export class StreamTable {
  private readonly body = requiredElement('streams', HTMLTableSectionElement)
  private readonly table = requiredElement('stream-table', HTMLTableElement)
  private readonly empty = requiredElement('no-streams', HTMLParagraphElement)
  private readonly count = requiredElement('stream-count', HTMLElement)
  private readonly idle = requiredElement('idle-policies', HTMLElement)
  private readonly idleList = requiredElement('idle-list', HTMLUListElement)
  private readonly rows = new Map<string, StreamRow>()

  constructor(private readonly decide: Decide) {}

  show(overview: OverviewDocument): void {
    const { streams, totals } = overview
    for (const [index, stream] of streams.entries()) this.showRow(index, stream)
    const names = new Set(streams.map(({ stream }): string => stream))
    for (const [name, row] of this.rows) {
      if (names.has(name)) continue
      row.element.remove()
      this.rows.delete(name)
    }
    this.table.hidden = streams.length === 0
    this.empty.hidden = streams.length > 0
    const left = totals.streams - streams.length
    setText(this.count, left > 0 ? `the largest ${streams.length} of ${countWords(totals.streams)}` : '')
    this.showIdle(overview, names)
  }

  private showRow(index: number, stream: OverviewDocument['streams'][number]): void {
    const row = this.rows.get(stream.stream) ?? new StreamRow(stream.stream, this.decide)
    this.rows.set(stream.stream, row)
    row.show(stream)
    // Moved only where the order changed: a focused button would lose its focus.
    if (this.body.children[index] !== row.element) {
      this.body.insertBefore(row.element, this.body.children[index] ?? null)
    }
  }

  private showIdle({ policies }: OverviewDocument, listed: ReadonlySet<string>): void {
    const idle = policies.filter(({ stream }) => !listed.has(stream))
    this.idle.hidden = idle.length === 0
    const key = JSON.stringify(idle)
    if (this.idleList.dataset['key'] === key) return
    this.idleList.dataset['key'] = key
    this.idleList.replaceChildren(
      ...idle.map(({ stream, policy }) => {
        const words = policyWords(policy)
        const button = makeElement('button', 'policy', words, {
          type: 'button',
          'data-p2p': policy.p2p,
          'aria-label': `Sharing on ${stream}: ${words}. Change`,
        })
        button.addEventListener('click', () => this.decide(stream, policy, 0))
        return makeElement('li', '', [makeElement('span', 'name', stream), button])
      }),
    )
  }
}

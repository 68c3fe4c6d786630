import { rateWords } from '../dom/byte-words.js'
import { self, type Flow } from '../mesh/flow-ledger.js'
import { shortId, tint } from './member-colour.js'

/** The picture's figures as rows, for those who cannot see it and those who want numbers. */
export function showLinkTable(
  body: HTMLTableSectionElement,
  neighbours: readonly string[],
  flows: readonly Flow[],
): void {
  if (neighbours.length === 0) {
    const row = document.createElement('tr')
    row.insertCell().textContent = 'No links yet'
    row.cells[0]?.setAttribute('colspan', '3')
    body.replaceChildren(row)
    return
  }
  const rate = (from: string, to: string): string =>
    rateWords(flows.find((flow) => flow.from === from && flow.to === to)?.bytesPerSecond ?? 0)
  body.replaceChildren(...neighbours.map((member) => linkRow(member, rate(member, self), rate(self, member))))
}

function linkRow(member: string, gives: string, takes: string): HTMLTableRowElement {
  const row = document.createElement('tr')
  const swatch = document.createElement('i')
  swatch.className = 'swatch'
  tint(swatch, member)
  const name = document.createElement('span')
  name.className = 'member-id'
  name.textContent = shortId(member)
  const head = document.createElement('th')
  head.scope = 'row'
  head.append(swatch, name)
  row.append(head)
  for (const words of [gives, takes]) {
    const cell = row.insertCell()
    cell.className = 'number'
    cell.textContent = words
  }
  return row
}

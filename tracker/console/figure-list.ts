import { makeElement, setText } from './make-element.js'

/** A list of named figures that changes in place. Lines whose figure is gone go too. */
export class FigureList {
  private readonly lines = new Map<string, { readonly title: HTMLElement; readonly value: HTMLElement }>()

  constructor(private readonly list: HTMLElement) {}

  show(figures: readonly (readonly [title: string, value: string])[]): void {
    for (const [title, value] of figures) setText(this.line(title), value)
    const titles = new Set(figures.map(([title]) => title))
    for (const [title, line] of this.lines) {
      if (titles.has(title)) continue
      line.title.remove()
      line.value.remove()
      this.lines.delete(title)
    }
  }

  private line(title: string): HTMLElement {
    const known = this.lines.get(title)
    if (known) return known.value
    const line = { title: makeElement('dt', '', title), value: makeElement('dd') }
    this.lines.set(title, line)
    this.list.append(line.title, line.value)
    return line.value
  }
}

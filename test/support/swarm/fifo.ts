/** Elements shifted out are removed from memory in batches of at least this many. */
const batchMin = 64

/** A queue whose `shift` does not move the elements behind. */
export class Fifo<Element> {
  private elements: Element[] = []
  private head = 0

  get size(): number {
    return this.elements.length - this.head
  }

  push(element: Element): void {
    this.elements.push(element)
  }

  /** The element that came first, or the one `index` behind it. */
  peek(index = 0): Element | undefined {
    return this.elements[this.head + index]
  }

  shift(): Element | undefined {
    const first = this.elements[this.head]
    if (first === undefined) return undefined
    this.head += 1
    if (this.head >= batchMin && this.head * 2 >= this.elements.length) {
      this.elements = this.elements.slice(this.head)
      this.head = 0
    }
    return first
  }

  clear(): void {
    this.elements = []
    this.head = 0
  }
}

/** Writes only what differs: a live region announces every write, also one of the same words. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

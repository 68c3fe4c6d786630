/** Makes an element: its classes, what is in it, and attributes. Text is only ever text: nothing here reads markup. */
export function makeElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = '',
  content: string | readonly Node[] = [],
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.append(...(typeof content === 'string' ? [content] : content))
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

/** Changes a text only where it differs, so that a screen reader and a selection are left in peace. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

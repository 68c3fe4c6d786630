/** Where a member sits on the colour circle, in degrees: its id is random, so its first 16 bits spread evenly. */
export function memberHue(member: string): number {
  const bits = Number.parseInt(member.slice(0, 4), 16)
  return Number.isNaN(bits) ? 0 : Math.round((bits / 0x10000) * 360)
}

/** Enough of an id to tell the members of one cell apart at a glance. */
export function shortId(member: string): string {
  return member.slice(0, 4)
}

/** Gives an element the member's colour, as `--member` in the style sheet. */
export function tint(element: HTMLElement | SVGElement, member: string): void {
  element.classList.add('of-member')
  element.style.setProperty('--hue', String(memberHue(member)))
}

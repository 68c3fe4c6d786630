import { svgElement } from '../dom/svg-element.js'
import { shortId, tint } from './member-colour.js'
import type { Point } from './ring-layout.js'

/** How far from a node's middle its flows end. */
export const nodeRadius = { cdn: 20, self: 30, neighbour: 11 } as const

export function cdnNode(): SVGGElement {
  return svgElement(
    'g',
    { class: 'node cdn' },
    svgElement('rect', { class: 'cdn-box', x: -32, y: -15, width: 64, height: 30, rx: 7 }),
    svgElement('text', {}, 'CDN'),
    svgElement('text', { class: 'rate', x: 42 }),
  )
}

/** The viewer is the prism: white light from the CDN falls in, colours go out. */
export function selfNode(): SVGGElement {
  return svgElement(
    'g',
    { class: 'node self' },
    svgElement('path', { class: 'prism', d: 'M0 -28 27 18H-27Z' }),
    svgElement('text', { y: 5 }, 'you'),
  )
}

export function neighbourNode(member: string): SVGGElement {
  const node = svgElement(
    'g',
    { class: 'node neighbour' },
    svgElement('circle', { class: 'halo', r: 13 }),
    svgElement('circle', { class: 'dot', r: 7 }),
    svgElement('text', { class: 'id' }, shortId(member)),
    svgElement('title', {}, `Member ${member}`),
  )
  tint(node, member)
  return node
}

export function place(node: SVGGElement, at: Point): void {
  node.style.translate = `${at.x.toFixed(1)}px ${at.y.toFixed(1)}px`
}

/** Labels stand outside the ring, where no flow passes. */
export function placeLabel(node: SVGGElement, seat: Point, middle: Point): void {
  const label = node.querySelector('text')
  const dx = seat.x - middle.x
  const dy = seat.y - middle.y
  const sideways = Math.abs(dx) > Math.abs(dy) * 2.2
  label?.setAttribute('x', '0')
  label?.setAttribute('y', sideways || dy > 0 ? '21' : '-21')
}

import type { Point } from './ring-layout.js'

/** A quadratic Bézier curve. */
export interface Curve {
  readonly from: Point
  readonly control: Point
  readonly to: Point
  /** Of the straight line, in pixels: close enough for speeds. */
  readonly length: number
}

/** An end of a curve: it stops `radius` pixels before the point. */
export interface End {
  readonly at: Point
  readonly radius: number
}

/**
 * A curve that bows to the left as seen from its start, so that the two directions of a link lie side by side.
 *
 * @param bow - how far the middle leaves the straight line, as a share of its length.
 */
export function curveBetween(start: End, end: End, bow: number): Curve {
  const dx = end.at.x - start.at.x
  const dy = end.at.y - start.at.y
  const distance = Math.max(1, Math.hypot(dx, dy))
  const [ux, uy] = [dx / distance, dy / distance]
  const from = { x: start.at.x + ux * start.radius, y: start.at.y + uy * start.radius }
  const to = { x: end.at.x - ux * end.radius, y: end.at.y - uy * end.radius }
  const control = {
    x: (from.x + to.x) / 2 + uy * distance * bow,
    y: (from.y + to.y) / 2 - ux * distance * bow,
  }
  return { from, control, to, length: Math.max(1, distance - start.radius - end.radius) }
}

export function pathOf({ from, control, to }: Curve): string {
  const words = (point: Point): string => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`
  return `M${words(from)}Q${words(control)} ${words(to)}`
}

/** @param share - 0 at the start, 1 at the end. */
export function pointOn({ from, control, to }: Curve, share: number): Point {
  const rest = 1 - share
  const mix = (a: number, b: number, c: number): number =>
    rest * rest * a + 2 * rest * share * b + share * share * c
  return { x: mix(from.x, control.x, to.x), y: mix(from.y, control.y, to.y) }
}

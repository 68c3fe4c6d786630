export interface Point {
  readonly x: number
  readonly y: number
}

export interface RingLayout {
  readonly cdn: Point
  readonly self: Point
  readonly radiusX: number
  readonly radiusY: number
  readonly seats: readonly Point[]
}

/** Room for a dot, its label and the edge of the picture, in pixels. */
const marginX = 30
const marginTop = 26
const marginBottom = 30

/** The sector around the CDN that stays empty, so that its beam is seen. */
const gapDegrees = 76

/** Neighbours sit at most this share of the ring apart: a few stay together below the viewer. */
const spacingShareMax = 0.24

/** Points along which the ring's length is measured. */
const samples = 180

/** The CDN above, the viewer in the middle, the neighbours around, in the order given from right to left. */
export function ringLayout(count: number, width: number, height: number): RingLayout {
  const cdn = { x: width / 2, y: marginTop }
  const self = { x: width / 2, y: marginTop + (height - marginTop - marginBottom) * 0.5 }
  const radiusY = Math.max(1, height - marginBottom - self.y)
  // The more there are, the wider the ring.
  const radiusX = Math.max(1, Math.min(width / 2 - marginX, radiusY * (1.8 + count * 0.06)))
  const ring = ringPoints(self, radiusX, radiusY)
  const spacing = Math.min(spacingShareMax, 1 / Math.max(1, count - 1))
  const seats = Array.from({ length: count }, (_, index) =>
    pointAlong(ring, 0.5 + (index - (count - 1) / 2) * spacing),
  )
  return { cdn, self, radiusX, radiusY, seats }
}

/** The open ring, from right of the CDN clockwise to left of it. */
function ringPoints(middle: Point, radiusX: number, radiusY: number): Point[] {
  return Array.from({ length: samples + 1 }, (_, index) => {
    const degrees = -90 + gapDegrees / 2 + (index / samples) * (360 - gapDegrees)
    const radians = (degrees * Math.PI) / 180
    return { x: middle.x + Math.cos(radians) * radiusX, y: middle.y + Math.sin(radians) * radiusY }
  })
}

/** Measured along the line, not by angle: on a wide ring equal angles crowd the sides. */
function pointAlong(line: readonly Point[], share: number): Point {
  const lengths = line.map((point, index) => {
    const before = line[index - 1] ?? point
    return Math.hypot(point.x - before.x, point.y - before.y)
  })
  let rest = share * lengths.reduce((sum, length) => sum + length, 0)
  for (const [index, point] of line.entries()) {
    const before = line[index - 1] ?? point
    const length = lengths[index] ?? 0
    if (length > 0 && rest <= length) {
      const part = rest / length
      return { x: before.x + (point.x - before.x) * part, y: before.y + (point.y - before.y) * part }
    }
    rest -= length
  }
  return line.at(-1) ?? { x: 0, y: 0 }
}

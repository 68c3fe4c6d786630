import { pointOn, type Curve } from './curve.js'

/** A flow to animate. */
export interface Stream {
  readonly curve: Curve
  readonly colour: string
  readonly bytesPerSecond: number
  /** Flows between others are drawn fainter. */
  readonly afar: boolean
}

/** One more particle for each of these; a stream of 1 Mbit/s is five of them. */
const bytesPerParticle = 25_000

const pixelsPerSecond = 90

/** Smooth enough for dots this small, at half the cost of every frame. */
const frameIntervalMs = 1000 / 30

/** Where particles travel, as shares of the way: filled in this order, a change of number moves none of the others. */
const slots = [0, 4, 2, 6, 1, 5, 3, 7].map((slot) => slot / 8)

/** Dots that travel along the flows, drawn only while something flows and somebody can see it. */
export class Particles {
  readonly canvas = document.createElement('canvas')
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)')
  #streams: readonly Stream[] = []
  #frame: number | undefined
  #lastMs = 0

  constructor() {
    this.canvas.setAttribute('aria-hidden', 'true')
    this.#stillness.addEventListener('change', () => this.show(this.#streams))
  }

  resize(width: number, height: number): void {
    const scale = devicePixelRatio
    this.canvas.width = Math.round(width * scale)
    this.canvas.height = Math.round(height * scale)
    this.canvas.getContext('2d')?.setTransform(scale, 0, 0, scale, 0, 0)
  }

  show(streams: readonly Stream[]): void {
    this.#streams = this.#stillness.matches ? [] : streams
    if (this.#frame === undefined) this.#frame = requestAnimationFrame((nowMs) => this.#draw(nowMs))
  }

  #draw(nowMs: number): void {
    const running = this.#streams.length > 0
    this.#frame = running ? requestAnimationFrame((laterMs) => this.#draw(laterMs)) : undefined
    if (running && nowMs - this.#lastMs < frameIntervalMs - 2) return
    this.#lastMs = nowMs
    const context = this.canvas.getContext('2d')
    if (!context) return
    context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    for (const stream of this.#streams) drawStream(context, stream, nowMs)
  }
}

function drawStream(context: CanvasRenderingContext2D, stream: Stream, nowMs: number): void {
  const { curve, colour, bytesPerSecond, afar } = stream
  const count = Math.min(slots.length, Math.max(1, Math.round(bytesPerSecond / bytesPerParticle)))
  const travelled = (nowMs / 1000) * (pixelsPerSecond / curve.length)
  context.fillStyle = colour
  for (const slot of slots.slice(0, count)) {
    const share = (slot + travelled) % 1
    const { x, y } = pointOn(curve, share)
    // Particles come into view and leave it gently at the ends.
    context.globalAlpha = Math.min(1, share * 8, (1 - share) * 8) * (afar ? 0.5 : 1)
    context.beginPath()
    context.arc(x, y, afar ? 1.8 : 2.8, 0, Math.PI * 2)
    context.fill()
  }
  context.globalAlpha = 1
}

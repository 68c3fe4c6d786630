import { svgElement } from '../dom/svg-element.js'
import { setText } from '../dom/set-text.js'
import { resolvedColour } from '../dom/resolved-colour.js'
import { rateWords } from '../dom/byte-words.js'
import { cdn, self, type Flow } from '../mesh/flow-ledger.js'
import { curveBetween, pathOf, type Curve, type End } from './curve.js'
import { memberHue, tint } from './member-colour.js'
import { Particles, type Stream } from './particles.js'
import { ringLayout, type RingLayout } from './ring-layout.js'
import { cdnNode, neighbourNode, nodeRadius, place, placeLabel, selfNode } from './swarm-nodes.js'

/** What to draw: ends of flows are `cdn`, `self` or a member. */
export interface SwarmScene {
  /** This viewer's id, for its colour. */
  readonly member: string | undefined
  readonly neighbours: readonly string[]
  readonly flows: readonly Flow[]
  readonly cdnFailing: boolean
  /** Said below the viewer when nobody is linked. */
  readonly hint: string
}

const emptyScene: SwarmScene = { member: undefined, neighbours: [], flows: [], cdnFailing: false, hint: '' }

/** The swarm as this viewer sees it, drawn anew with each scene. */
export class SwarmPicture {
  readonly #host: HTMLElement
  readonly #svg = svgElement('svg', { role: 'img', 'aria-label': 'No links yet' })
  readonly #orbit = svgElement('ellipse', { class: 'orbit' })
  readonly #edges = svgElement('g')
  readonly #hint = svgElement('text', { class: 'hint' })
  readonly #cdn = cdnNode()
  readonly #self = selfNode()
  readonly #particles = new Particles()
  readonly #nodes = new Map<string, SVGGElement>()
  readonly #flowPaths = new Map<string, SVGPathElement>()
  #scene = emptyScene

  constructor(host: HTMLElement) {
    this.#host = host
    this.#svg.append(this.#orbit, this.#edges, this.#cdn, this.#self, this.#hint)
    host.replaceChildren(this.#svg, this.#particles.canvas)
    new ResizeObserver(() => {
      this.#particles.resize(host.clientWidth, host.clientHeight)
      this.show(this.#scene)
    }).observe(host)
  }

  show(scene: SwarmScene): void {
    this.#scene = scene
    // In the order of their colours the neighbours form a spectrum.
    const neighbours = [...scene.neighbours].sort((a, b) => memberHue(a) - memberHue(b))
    const layout = ringLayout(neighbours.length, this.#host.clientWidth, this.#host.clientHeight)
    this.#placeNodes(neighbours, layout, scene)
    this.#drawEdges(neighbours, layout, scene.flows)
    this.#svg.setAttribute('aria-label', pictureWords(scene))
  }

  #placeNodes(neighbours: readonly string[], layout: RingLayout, scene: SwarmScene): void {
    place(this.#cdn, layout.cdn)
    place(this.#self, layout.self)
    this.#cdn.dataset['failing'] = String(scene.cdnFailing)
    const cdnRate = scene.flows.find((flow) => flow.from === cdn && flow.to === self)?.bytesPerSecond ?? 0
    setText(requiredPart(this.#cdn, '.rate'), cdnRate < 1000 ? '' : rateWords(cdnRate))
    this.#self.dataset['quiet'] = String(neighbours.length === 0)
    if (scene.member !== undefined) tint(this.#self, scene.member)
    this.#orbit.setAttribute('cx', String(layout.self.x))
    this.#orbit.setAttribute('cy', String(layout.self.y))
    this.#orbit.setAttribute('rx', String(Math.max(0, layout.radiusX)))
    this.#orbit.setAttribute('ry', String(Math.max(0, layout.radiusY)))
    this.#hint.textContent = neighbours.length === 0 ? scene.hint : ''
    this.#hint.setAttribute('x', String(layout.self.x))
    this.#hint.setAttribute('y', String(layout.self.y + 44))
    for (const [member, node] of this.#nodes) {
      if (neighbours.includes(member)) continue
      node.remove()
      this.#nodes.delete(member)
    }
    for (const [index, member] of neighbours.entries()) {
      const node = this.#nodes.get(member) ?? neighbourNode(member)
      this.#nodes.set(member, node)
      if (!node.isConnected) this.#svg.append(node)
      const seat = layout.seats[index] ?? layout.self
      place(node, seat)
      placeLabel(node, seat, layout.self)
    }
  }

  #drawEdges(neighbours: readonly string[], layout: RingLayout, flows: readonly Flow[]): void {
    const ends = endsOf(neighbours, layout)
    const links = neighbours.map((member) => {
      const end = ends.get(member)
      const middle = ends.get(self)
      const d = end && middle ? pathOf(curveBetween(end, middle, 0)) : ''
      return svgElement('path', { class: 'link', d })
    })
    const streams: Stream[] = []
    const kept = new Set<string>()
    for (const flow of flows) {
      const [from, to] = [ends.get(flow.from), ends.get(flow.to)]
      if (!from || !to || flow.bytesPerSecond < 1000) continue
      const afar = flow.from !== self && flow.to !== self
      const curve = curveBetween(from, to, flow.from === cdn && flow.to === self ? 0 : afar ? 0.18 : 0.09)
      const key = `${flow.from}>${flow.to}`
      kept.add(key)
      this.#drawFlow(key, flow, curve, afar)
      streams.push({
        curve,
        colour: colourOf(flow.from === self ? this.#scene.member : flow.from),
        bytesPerSecond: flow.bytesPerSecond,
        afar,
      })
    }
    for (const key of [...this.#flowPaths.keys()].filter((known) => !kept.has(known)))
      this.#flowPaths.delete(key)
    this.#edges.replaceChildren(...links, ...this.#flowPaths.values())
    this.#particles.show(streams)
  }

  #drawFlow(key: string, flow: Flow, curve: Curve, afar: boolean): void {
    const path = this.#flowPaths.get(key) ?? svgElement('path')
    this.#flowPaths.set(key, path)
    path.setAttribute('class', afar ? 'flow afar' : 'flow')
    const sender = flow.from === self ? this.#scene.member : flow.from
    if (sender !== undefined && sender !== cdn) tint(path, sender)
    path.setAttribute('d', pathOf(curve))
    path.style.strokeWidth = `${flowWidth(flow.bytesPerSecond).toFixed(1)}px`
  }
}

/** Grows with the root, so that a trickle is seen beside a torrent: 3 px at 12 kB/s, 9 px from 200 kB/s. */
function flowWidth(bytesPerSecond: number): number {
  return Math.min(9, 1 + Math.sqrt(bytesPerSecond / 3000))
}

function requiredPart(node: SVGGElement, selector: string): Element {
  const part = node.querySelector(selector)
  if (!part) throw new Error(`the node has no ${selector}`)
  return part
}

function endsOf(neighbours: readonly string[], layout: RingLayout): Map<string, End> {
  const ends = new Map<string, End>([
    [cdn, { at: layout.cdn, radius: nodeRadius.cdn }],
    [self, { at: layout.self, radius: nodeRadius.self }],
  ])
  for (const [index, member] of neighbours.entries()) {
    ends.set(member, { at: layout.seats[index] ?? layout.self, radius: nodeRadius.neighbour })
  }
  return ends
}

function colourOf(sender: string | undefined): string {
  if (sender === cdn || sender === undefined) return resolvedColour('--cdn')
  const style = getComputedStyle(document.documentElement)
  const light = style.getPropertyValue('--member-light')
  return `oklch(${light} ${style.getPropertyValue('--member-chroma')} ${memberHue(sender)})`
}

function pictureWords({ neighbours, flows }: SwarmScene): string {
  if (neighbours.length === 0) return 'No links to other viewers; the video comes from the CDN.'
  const sum = (matches: (flow: Flow) => boolean): string =>
    rateWords(flows.filter(matches).reduce((total, flow) => total + flow.bytesPerSecond, 0))
  return [
    `Linked with ${neighbours.length}.`,
    `From the CDN ${sum((flow) => flow.from === cdn && flow.to === self)},`,
    `from viewers ${sum((flow) => flow.from !== cdn && flow.to === self)},`,
    `to viewers ${sum((flow) => flow.from === self)}.`,
  ].join(' ')
}

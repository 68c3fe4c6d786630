import { requiredElement } from '../dom/required-element.js'
import { setText } from '../dom/set-text.js'
import { cdn, FlowLedger, self, type Flow } from '../mesh/flow-ledger.js'
import type { ByteTotals } from '../mesh/mesh-session.js'
import type { SegmentNews } from '../mesh/segment-news.js'
import { WindowTalk } from '../mesh/window-talk.js'
import { showLinkTable } from './link-table.js'
import { SegmentStrip } from './segment-strip.js'
import { SwarmPicture } from './swarm-picture.js'

/** What the card is told each second. */
export interface SwarmFacts {
  /** This viewer's own id. */
  readonly member: string | undefined
  readonly links: readonly string[]
  readonly totals: ByteTotals
  readonly cdnFailing: boolean
  readonly hint: string
}

/** The swarm, as a picture, as a strip of segments and as a table. */
export class SwarmCard {
  readonly #picture = new SwarmPicture(requiredElement('swarm-picture', HTMLElement))
  readonly #strip = new SegmentStrip(requiredElement('segment-strip', HTMLElement))
  readonly #rows = requiredElement('link-rows', HTMLTableSectionElement)
  readonly #count = requiredElement('swarm-count', HTMLElement)
  readonly #ledger = new FlowLedger()
  /** Where this viewer's uploads went is known only from windows that tell. */
  readonly #talk = new WindowTalk((news) => this.#recordOther(news))
  #member: string | undefined
  #totals: ByteTotals | undefined
  /** Uploads in sum, from this viewer to nobody in particular. */
  readonly #uploads = new FlowLedger()
  #lastDrawn: (() => void) | undefined

  addSegment(news: SegmentNews): void {
    const nowMs = Date.now()
    for (const { member, bytes } of news.sources) this.#ledger.record(member, self, bytes, nowMs)
    this.#strip.add(news)
    this.#talk.tell(news)
  }

  show(facts: SwarmFacts, nowMs: number): void {
    const { links, totals, member } = facts
    this.#member = member
    if (this.#totals) {
      this.#ledger.record(cdn, self, totals.cdnBytes - this.#totals.cdnBytes, nowMs)
      this.#uploads.record(self, '', totals.uploadedBytes - this.#totals.uploadedBytes, nowMs)
    }
    this.#totals = totals
    const flows = withSpreadUploads(this.#ledger.flows(nowMs), this.#uploads.flows(nowMs)[0], links)
    const { cdnFailing, hint } = facts
    this.#lastDrawn = () => this.#picture.show({ member, neighbours: links, flows, cdnFailing, hint })
    this.#lastDrawn()
    showLinkTable(this.#rows, links, flows)
    setText(
      this.#count,
      links.length === 0 ? 'no links' : links.length === 1 ? '1 link' : `${links.length} links`,
    )
  }

  /** With the colours as they are now. */
  redraw(): void {
    this.#lastDrawn?.()
  }

  #recordOther({ member, cdnBytes, sources }: SegmentNews): void {
    if (member === undefined || member === this.#member) return
    const nowMs = Date.now()
    this.#ledger.record(cdn, member, cdnBytes, nowMs)
    for (const source of sources) {
      this.#ledger.record(source.member === this.#member ? self : source.member, member, source.bytes, nowMs)
    }
  }
}

/**
 * Adds the uploads whose receivers nobody named, evenly over the links: the SDK counts them in sum. Windows of
 * the same browser name theirs.
 */
function withSpreadUploads(
  flows: readonly Flow[],
  uploads: Flow | undefined,
  links: readonly string[],
): Flow[] {
  const isNamed = (flow: Flow): boolean => flow.from === self && links.includes(flow.to)
  const named = flows.filter(isNamed).reduce((sum, flow) => sum + flow.bytesPerSecond, 0)
  const rest = (uploads?.bytesPerSecond ?? 0) - named
  const silent = links.filter((link) => !flows.some((flow) => flow.from === self && flow.to === link))
  if (rest <= 0 || silent.length === 0) return [...flows]
  const share = rest / silent.length
  return [...flows, ...silent.map((to) => ({ from: self, to, bytesPerSecond: share }))]
}

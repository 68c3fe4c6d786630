/**
 * Ties the parts together: one player, one session of the SDK, and the panels that show them. The player starts
 * first and never waits for the SDK. A tick each second reads everything and hands it to the panels; nothing on
 * the page but the picture's particles moves in between.
 */
import { ConsentDialog } from 'prismesh/consent'
import { BytesChart } from './charts/bytes-chart.js'
import { OffloadCard, recentShare } from './charts/offload-card.js'
import { byteWords } from './dom/byte-words.js'
import { requiredElement } from './dom/required-element.js'
import { setText } from './dom/set-text.js'
import { setUpTheme } from './dom/theme.js'
import { ByteHistory } from './mesh/byte-history.js'
import { MeshSession } from './mesh/mesh-session.js'
import { pageState, type PageState } from './mesh/page-state.js'
import { StatusBar } from './mesh/status-bar.js'
import { CopiesCard } from './origin/copies-card.js'
import { FaultsCard } from './origin/faults-card.js'
import { ViewerCount } from './origin/viewer-count.js'
import { LivePlayer } from './player/live-player.js'
import { PlayerPanel } from './player/player-panel.js'
import type { PageConfig } from './setup/page-config.js'
import { otherViewerUrl, type PageParameters } from './setup/page-parameters.js'
import { KillSwitch } from './setup/kill-switch.js'
import { ByteMeter } from './mesh/byte-meter.js'
import { shortId } from './swarm/member-colour.js'
import { SwarmCard } from './swarm/swarm-card.js'

const tickMs = 1000

/** The origin is asked every other tick: its figures change with the segments, every 2 s. */
const ticksPerRefresh = 2

export class DemoPage {
  readonly #parameters: PageParameters
  readonly #player: LivePlayer
  readonly #panel: PlayerPanel
  readonly #consent: ConsentDialog
  readonly #mesh: MeshSession
  readonly #meter: ByteMeter
  readonly #history = new ByteHistory()
  readonly #killSwitch: KillSwitch
  readonly #status: StatusBar
  readonly #swarm = new SwarmCard()
  readonly #offload = new OffloadCard()
  readonly #bytes = new BytesChart(requiredElement('bytes-chart', HTMLElement))
  readonly #bytesWords = requiredElement('bytes-words', HTMLElement)
  readonly #copies: CopiesCard
  readonly #faults: FaultsCard
  readonly #viewers: ViewerCount
  #ticks = 0

  constructor(config: PageConfig, parameters: PageParameters) {
    const video = requiredElement('video', HTMLVideoElement)
    this.#parameters = parameters
    this.#player = new LivePlayer(video, config.stream)
    this.#panel = new PlayerPanel(video)
    this.#consent = new ConsentDialog(parameters.consent === undefined ? {} : { answer: parameters.consent })
    this.#mesh = new MeshSession(config, () => this.#consent.ask(), {
      handleSegment: (news) => this.#swarm.addSegment(news),
    })
    this.#meter = new ByteMeter(this.#mesh, this.#player)
    this.#killSwitch = new KillSwitch(!parameters.switchedOff, () => this.#play(true))
    this.#consent.onChange((agreed) => {
      this.#mesh.setConsent(agreed)
      this.#showState()
    })
    this.#status = new StatusBar(() => this.#consent.decide(this.#consent.answer !== true))
    this.#copies = new CopiesCard(config.originStats)
    this.#faults = new FaultsCard(config.faults)
    this.#viewers = new ViewerCount(config.trackerStats, config.stream)
    showDocsLink(config.docs)
    for (const kind of ['play', 'pause', 'playing']) video.addEventListener(kind, () => this.#showState())
  }

  start(): void {
    setUpTheme(requiredElement('theme-toggle', HTMLButtonElement), () => {
      this.#bytes.redraw()
      this.#swarm.redraw()
    })
    requiredElement('open-viewer', HTMLButtonElement).addEventListener('click', () => {
      // A window of its own: browsers slow down the tabs nobody sees.
      window.open(otherViewerUrl(location.href), '_blank', 'popup,width=1100,height=820')
    })
    this.#play(this.#parameters.autoplay)
    this.#tick()
    setInterval(() => this.#tick(), tickMs)
  }

  /** Also how the kill switch works: a player starts over with the SDK, or without it. */
  #play(autoplay: boolean): void {
    this.#mesh.close()
    this.#player.start((hls) => {
      if (this.#killSwitch.on) this.#mesh.attach(hls)
    }, autoplay)
    this.#showState()
  }

  #tick(): void {
    const nowMs = Date.now()
    const totals = this.#meter.read()
    this.#history.record(totals, nowMs)
    const { trouble, facts } = this.#player
    const member = this.#mesh.member
    const id = member === undefined ? undefined : shortId(member)
    this.#panel.show(facts, trouble, this.#parameters.viewerName ?? id)
    this.#showState()
    const links = [...this.#mesh.links]
    this.#swarm.show({ member, links, totals, cdnFailing: trouble?.cdn === true, hint: this.#hint() }, nowMs)
    if (!document.hidden) this.#showFigures()
    this.#ticks += 1
  }

  #showFigures(): void {
    const { seconds } = this.#history
    this.#offload.show(seconds, this.#meter.totals)
    this.#bytes.show(seconds)
    const sum = (of: (second: (typeof seconds)[number]) => number): string =>
      byteWords(seconds.reduce((total, second) => total + of(second), 0))
    setText(
      this.#bytesWords,
      `In the last two minutes ${sum((second) => second.peerBytes)} from viewers, ` +
        `${sum((second) => second.cdnBytes)} from the CDN, ${sum((second) => second.uploadedBytes)} given.`,
    )
    if (this.#ticks % ticksPerRefresh > 0) return
    void this.#viewers.refresh()
    void this.#copies.refresh(this.#viewers.count(this.#mesh.links.size))
    void this.#faults.refresh()
  }

  #showState(): void {
    const state = this.#state()
    const answered = this.#mesh.running ? this.#consent.answer : undefined
    this.#status.show(state, answered)
    this.#status.showReasons(this.#mesh.reasons, this.#reasonOtherwise(state))
  }

  #state(): PageState {
    return pageState({
      consent: this.#consent.answer,
      switchedOff: !this.#killSwitch.on,
      failure: this.#mesh.failure,
      links: this.#mesh.links.size,
      offload: recentShare(this.#history.seconds) ?? 0,
      reasons: this.#mesh.reasons,
      trouble: this.#player.trouble,
      paused: this.#player.facts.paused && this.#ticks > 2,
    })
  }

  #hint(): string {
    if (!this.#killSwitch.on) return 'Prismesh is off'
    return this.#consent.answer === false ? 'You chose not to share' : 'No links yet'
  }

  /** What the list says when the SDK has nothing to explain. */
  #reasonOtherwise(state: PageState): string {
    if (state.name === 'sharing') return 'Nothing is in the way: segments go between viewers as they should.'
    return this.#mesh.running
      ? 'Prismesh sees nothing in the way.'
      : 'Prismesh is not running, so it has nothing to say.'
  }
}

/** A link that leads nowhere is worse than none: whoever serves the page says where the docs are. */
function showDocsLink(url: string | undefined): void {
  const link = requiredElement('docs-link', HTMLAnchorElement)
  link.hidden = url === undefined
  if (url !== undefined) link.href = url
}

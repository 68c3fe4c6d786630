import type { StreamId } from '../../protocol/ids.js'
import { openPolicy, type StreamPolicy } from '../../protocol/stream-policy.js'
import { AttachedPlayer, type PlayerHost } from './attached-player.js'
import { Consent } from './consent.js'
import { uploadObstacle, type UploadObstacle } from './device.js'
import { Emitter } from './emitter.js'
import type { Environment, EnvironmentListener } from './environment.js'
import { PrismeshError } from './errors.js'
import { explain, uploadRule, whyNotGiving, type Explanation, type Situation } from './explain.js'
import { debugLogger, quietLogger, type Logger } from './logger.js'
import type { PrismeshEvents } from './mesh-events.js'
import type { PrismeshConfig } from './options.js'
import { readPageSwitches } from './page-switches.js'
import { nameStream } from './name-stream.js'
import { isHlsPlayer } from './player/hls-player.js'
import type { LoaderClass } from './player/loader-contract.js'
import type { SessionParts } from './session-parts.js'
import { Session, type SessionListener } from './session.js'
import { StatsTicker } from './stats-ticker.js'
import { addTotals, noTotals, statsOf, type MeshStats } from './stats.js'
import { Warnings } from './warnings.js'

/**
 * Everything behind the `Prismesh` class: which players are attached, whether sharing is permitted, and what the
 * page is told. Permission is the conjunction of the page's switches, the viewer's consent and the browser's
 * abilities; whenever it changes, every player hears of it.
 */
export class Mesh implements PlayerHost {
  readonly emitter = new Emitter<PrismeshEvents>()
  private power: Situation['power']
  private readonly consent: Consent
  private readonly logger: Logger
  private readonly warnings: Warnings
  private readonly ticker: StatsTicker
  private readonly players = new Set<AttachedPlayer>()
  private departedTotals = noTotals
  private unwatch: () => void = () => {}

  constructor(
    private readonly config: PrismeshConfig,
    private readonly environment: Environment,
    private readonly parts: SessionParts,
  ) {
    const switches = readPageSwitches(environment.search)
    this.power = switches.has('off') ? 'switched-off-by-page' : config.enabled ? 'on' : 'disabled'
    this.logger = switches.has('debug')
      ? debugLogger(environment.console)
      : (config.logger ?? quietLogger(environment.console))
    this.warnings = new Warnings((warning, cause) => {
      this.logger.warn(
        warning.message,
        cause === undefined ? { code: warning.code } : { code: warning.code, cause },
      )
      this.emitter.emit('warning', warning)
    })
    this.consent = new Consent(config.consent, {
      changed: (state) => {
        this.logger.info(`consent ${state}`)
        this.permissionChanged('consent-withdrawn')
      },
      failed: (error) =>
        this.warnings.warn('consent-failed', 'The option consent gave no answer: it counts as no.', error),
    })
    this.ticker = new StatsTicker(parts.clock, this.emitter, () => this.stats)
  }

  get clock(): SessionParts['clock'] {
    return this.parts.clock
  }

  get permitted(): boolean {
    const { power, consent, environment } = this
    return power === 'on' && consent.state === 'granted' && environment.webrtc === 'available'
  }

  get hidden(): boolean {
    return this.environment.page === 'hidden'
  }

  get stats(): MeshStats {
    let totals = this.departedTotals
    for (const player of this.players) totals = addTotals(totals, player.totals)
    const situation = this.situation(this.links, this.leader)
    return statsOf(totals, situation.links, { p2p: situation.p2p, uploadRule: whyNotGiving(situation) })
  }

  private get links(): number {
    let links = 0
    for (const { session } of this.players) links += session?.links ?? 0
    return links
  }

  /** Of several players the one that has come furthest speaks for the page. */
  private get leader(): AttachedPlayer | undefined {
    const players = [...this.players]
    return players.find((player) => player.session) ?? players.at(-1)
  }

  get member(): string | undefined {
    return this.leader?.session?.member
  }

  explain(): readonly Explanation[] {
    return explain(this.situation(this.links, this.leader))
  }

  private situation(links: number, player: AttachedPlayer | undefined): Situation {
    const policy: StreamPolicy = player?.session?.policy ?? openPolicy
    return {
      power: this.power,
      consent: this.consent.state,
      webrtc: this.environment.webrtc,
      players: this.players.size,
      phase: player?.phase ?? 'idle',
      others: player?.session?.others ?? 0,
      links,
      uploadObstacle: this.uploadObstacle(),
      uploadLimit: player?.session?.uploadLimit,
      p2p: policy.p2p,
      fewViewers: policy.reason === 'few-viewers',
      uploadsLowered: (policy.uploadBytesPerSecondMax ?? Infinity) < this.config.uploadBytesPerSecondMax,
      page: this.environment.page,
      integrity: this.config.integrity === 'off' ? 'off' : (player?.session?.integrity ?? 'checked'),
    }
  }

  attach(hls: unknown): () => void {
    if (this.power === 'closed') throw new PrismeshError('closed', 'this Prismesh was closed; make a new one')
    if (!isHlsPlayer(hls)) {
      throw new PrismeshError('player-unsupported', 'attach needs an hls.js instance (version 1.5 or newer)')
    }
    if ([...this.players].some(({ player }) => player === hls)) {
      throw new PrismeshError('player-attached', 'this hls.js instance is attached already; detach it first')
    }
    if (this.power !== 'on') {
      this.logger.info(`not attached: ${this.power}`)
      return () => {}
    }
    const attached = new AttachedPlayer(hls, this)
    this.players.add(attached)
    if (this.players.size === 1) this.wake()
    this.consent.ask()
    this.warnIfNoWebrtc()
    attached.joinOpenStream()
    this.logger.info('attached to a player')
    return () => this.remove(attached, 'detached')
  }

  setConsent(agreed: boolean): void {
    if (this.power !== 'closed') this.consent.set(agreed)
  }

  close(): void {
    if (this.power === 'closed') return
    this.power = 'closed'
    for (const player of [...this.players]) this.remove(player, 'closed')
    this.emitter.clear()
  }

  nameStream(playlistUrl: string): StreamId | undefined {
    return nameStream(this.config.streamId, playlistUrl, this.warnings)
  }

  openSession(player: AttachedPlayer, original: LoaderClass, stream: StreamId): Session | undefined {
    const { config, parts } = this
    const uploads = this.uploadObstacle() === undefined
    try {
      const options = {
        config,
        stream,
        player: player.player,
        original,
        uploads,
        before: player.totals,
        uploadRule: () => uploadRule(this.situation(player.session?.links ?? 0, player)),
      }
      return new Session(options, parts, this.sessionListener(player))
    } catch (error) {
      this.warnOfFault(error)
      return undefined
    }
  }

  segmentDelivered(event: Parameters<PlayerHost['segmentDelivered']>[0]): void {
    this.emitter.emit('segment', event)
  }

  playerDestroyed(player: AttachedPlayer): void {
    this.remove(player, 'player-destroyed')
  }

  private sessionListener(player: AttachedPlayer): SessionListener {
    return {
      phaseChanged: (phase) => {
        this.logger.info(`tracker ${phase}`)
        if (phase === 'unreachable') {
          this.warnings.warn(
            'tracker-unreachable',
            'The tracker does not answer; playback goes on from the CDN.',
          )
        }
        if (phase === 'refused') {
          this.warnings.warn(
            'tracker-refused',
            'The tracker does not admit this page; playback goes on from the CDN.',
          )
        }
      },
      uncheckable: (integrity) => this.warnOfMissing(integrity),
      policyChanged: ({ p2p, uploadBytesPerSecondMax }) => {
        this.logger.info(`the operator's policy: p2p ${p2p}`, { uploadBytesPerSecondMax })
        this.emitter.emit('policy', { p2p, uploadBytesPerSecondMax })
      },
      linkOpened: (member) => this.emitter.emit('link-opened', { member, links: this.stats.links }),
      linkClosed: (member, code) => {
        this.logger.debug('link closed', { code })
        this.emitter.emit('link-closed', { member, code, links: this.stats.links })
      },
      linkFailed: (code) => this.logger.debug('a link did not come about', { code }),
      delivered: (event) => this.segmentDelivered(event),
      trackerWarned: (code, detail) => this.logger.debug('the tracker complains', { code, detail }),
      playlistsDiffered: () =>
        this.warnings.warn('playlists-differ', 'The CDN contradicts what others told of a playlist.'),
      tokenFailed: (error) =>
        this.warnings.warn(
          'token-failed',
          'The option token gave no text; playback goes on from the CDN.',
          error,
        ),
      faulted: (error) => {
        this.warnOfFault(error)
        player.sessionFaulted()
      },
    }
  }

  private warnOfMissing(integrity: 'no-digests' | 'digests-missing'): void {
    if (integrity === 'no-digests') {
      this.warnings.warn(
        'no-digests',
        'Nothing is shared: the tracker has no digests of this stream; playback goes on from the CDN.',
      )
    } else {
      this.warnings.warn(
        'digests-missing',
        'Nothing is shared: the tracker has promised digests of this stream, and none have come of late; playback goes on from the CDN.',
      )
    }
  }

  private warnOfFault(error: unknown): void {
    this.logger.error('a bug in Prismesh', { error })
    this.warnings.warn('faulted', 'Prismesh met a bug of its own; playback goes on from the CDN.')
  }

  private warnIfNoWebrtc(): void {
    if (this.consent.state !== 'granted' || this.environment.webrtc === 'available') return
    this.warnings.warn('no-webrtc', 'This browser has no WebRTC; playback goes on from the CDN.')
  }

  private permissionChanged(code: string): void {
    if (this.players.size > 0) this.warnIfNoWebrtc()
    for (const player of this.players) player.permissionChanged(code)
  }

  private uploadObstacle(): UploadObstacle | 'capped' | undefined {
    const { uploadBytesPerSecondMax, uploadBytesMax, uploadRatioMax } = this.config
    if (Math.min(uploadBytesPerSecondMax, uploadBytesMax, uploadRatioMax) === 0) return 'capped'
    return uploadObstacle(this.environment, this.config)
  }

  /** With the first player: nothing of ours listens or ticks on a page without one. */
  private wake(): void {
    this.ticker.start()
    const listener: EnvironmentListener = {
      deviceChanged: () => {
        const uploads = this.uploadObstacle() === undefined
        for (const player of this.players) player.session?.setUploads(uploads)
      },
      networkReturned: () => {
        for (const player of this.players) player.session?.networkReturned()
      },
      // Neighbours would take the silence for a slow link for a quarter of a minute.
      pageLeft: () => {
        for (const player of this.players) player.session?.close('page-left')
      },
    }
    this.unwatch = this.environment.watch(listener, { battery: this.config.uploadBatteryMin > 0 })
  }

  private remove(player: AttachedPlayer, code: string): void {
    if (!this.players.has(player)) return
    player.detach(code)
    this.players.delete(player)
    this.departedTotals = addTotals(this.departedTotals, player.totals)
    if (this.players.size > 0) return
    this.ticker.stop()
    this.unwatch()
  }
}

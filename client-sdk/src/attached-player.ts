import type { RenditionId, StreamId } from '../../protocol/ids.js'
import { segmentKey } from '../../protocol/segment-key.js'
import type { ListedSegment } from './engine/inputs.js'
import type { SessionPhase } from './explain.js'
import type { SegmentEvent } from './mesh-events.js'
import { installSegmentLoader, originalLoader } from './player/attach.js'
import { startEarly } from './player/early-start.js'
import type { HlsPlayer } from './player/hls-player.js'
import { readLoadRequest } from './player/load-request.js'
import type { LoaderClass, LoaderConfiguration, LoaderContext } from './player/loader-contract.js'
import { installPlaylistLoader, type PlaylistContext, type PlaylistDesk } from './player/playlist-loader.js'
import { observePlaylists, type PlaylistListener } from './player/playlist-observer.js'
import type { PlaylistAnswer } from './player/playlist-sharing.js'
import { renditionOf } from './player/segment-identity.js'
import type { OrderListener, SegmentDesk, SegmentOrder } from './player/segment-desk.js'
import type { Clock } from './ports/clock.js'
import type { Session } from './session.js'
import { addTotals, noTotals, type PlayerTotals } from './stats.js'

/** What a player needs of the mesh that it is attached to. */
export interface PlayerHost {
  readonly clock: Clock
  /** Whether sessions may run: consent, WebRTC, switches. */
  readonly permitted: boolean
  /** Whether the browser may slow the page's timers down. */
  readonly hidden: boolean
  nameStream(playlistUrl: string): StreamId | undefined
  /** Undefined when the session could not even be made, which is a bug of ours. */
  openSession(player: AttachedPlayer, original: LoaderClass, stream: StreamId): Session | undefined
  segmentDelivered(event: SegmentEvent): void
  playerDestroyed(player: AttachedPlayer): void
}

type Sharing =
  | { readonly kind: 'idle' | 'detached' }
  | { readonly kind: 'unnamed' | 'faulted' }
  | { readonly kind: 'waiting'; readonly playlistUrl: string }
  | { readonly kind: 'sharing'; readonly playlistUrl: string; readonly session: Session }

/**
 * One hls.js instance with Prismesh on it, from `attach` to detach. Holds a {@link Session} while there is a stream
 * and permission to share it; without one every load passes straight through, and only its bytes are counted.
 */
export class AttachedPlayer implements SegmentDesk, PlaylistDesk, PlaylistListener {
  private sharing: Sharing = { kind: 'idle' }
  private settledTotals = noTotals
  /** What a session that begins in the middle of a stream must hear first. */
  private readonly playlists = new Map<RenditionId, readonly ListedSegment[]>()
  private followed: RenditionId | undefined
  private readonly original: LoaderClass
  private readonly uninstall: readonly (() => void)[]
  private readonly unobserve: () => void
  private readonly endEarlyStart: () => void

  constructor(
    readonly player: HlsPlayer,
    private readonly host: PlayerHost,
  ) {
    this.original = originalLoader(player.config)
    this.uninstall = [
      installSegmentLoader(player.config, this, host.clock),
      installPlaylistLoader(player.config, this, host.clock),
    ]
    this.unobserve = observePlaylists(player, this)
    this.endEarlyStart = startEarly(player)
  }

  /** Takes part in a stream that the player had opened before it was attached. */
  joinOpenStream(): void {
    const { player } = this
    if (!player.url || player.levels.length === 0) return
    this.followed = renditionOf(player, 'main', player.loadLevel ?? 0)?.id
    this.streamOpened(player.url)
  }

  get phase(): SessionPhase {
    const { sharing } = this
    if (sharing.kind === 'sharing') return sharing.session.phase
    return sharing.kind === 'unnamed' || sharing.kind === 'faulted' ? sharing.kind : 'idle'
  }

  get session(): Session | undefined {
    return this.sharing.kind === 'sharing' ? this.sharing.session : undefined
  }

  /** Since `attach`: ended sessions, the running one, and what passed through. */
  get totals(): PlayerTotals {
    const { session } = this
    return session ? addTotals(this.settledTotals, session.totals) : this.settledTotals
  }

  get cdnBytesPerSecond(): number | undefined {
    return this.session?.cdnBytesPerSecond
  }

  /** Starts or stops sharing after something changed that permission depends on. */
  permissionChanged(code: string): void {
    const { sharing } = this
    if (this.host.permitted && sharing.kind === 'waiting') this.begin(sharing.playlistUrl)
    if (!this.host.permitted && sharing.kind === 'sharing') {
      this.end({ kind: 'waiting', playlistUrl: sharing.playlistUrl }, code)
    }
  }

  /** The session met a bug of ours: the rest of the stream comes from the CDN. */
  sessionFaulted(): void {
    if (this.sharing.kind !== 'detached') this.end({ kind: 'faulted' }, 'faulted')
  }

  /** Takes every trace of Prismesh off the player. Idempotent. */
  detach(code: string): void {
    if (this.sharing.kind === 'detached') return
    this.unobserve()
    this.endEarlyStart()
    for (const uninstall of this.uninstall) uninstall()
    this.end({ kind: 'detached' }, code)
    this.forgetStream()
  }

  order(
    context: LoaderContext,
    config: LoaderConfiguration,
    listener: OrderListener,
  ): SegmentOrder | undefined {
    const { session } = this
    const request = session ? readLoadRequest(this.player, context) : undefined
    return request ? session?.order(request, config, listener) : undefined
  }

  passedThrough(context: LoaderContext, bytes: number): void {
    const request = readLoadRequest(this.player, context)
    const segments = { cdn: request ? 1 : 0, peers: 0, mixed: 0 }
    this.settledTotals = addTotals(this.settledTotals, { ...noTotals, cdnBytes: bytes, segments })
    if (!request) return
    this.host.segmentDelivered({
      key: segmentKey(request.segment),
      cdnBytes: bytes,
      peerBytes: 0,
      sources: [],
    })
  }

  playlistAnswer(context: PlaylistContext): PlaylistAnswer | undefined {
    const rendition = this.host.hidden ? undefined : this.polledRendition(context)
    const answer = rendition && this.session?.playlistAnswer(rendition, context.url)
    if (answer) this.countPolls({ cdn: 0, shared: 1 })
    return answer
  }

  playlistPolled(context: PlaylistContext, answer: PlaylistAnswer): PlaylistAnswer {
    const rendition = this.polledRendition(context)
    if (!rendition) return answer
    this.countPolls({ cdn: 1, shared: 0 })
    return this.session?.playlistPolled(rendition, context.url, answer) ?? answer
  }

  streamLeft(): void {
    if (this.sharing.kind === 'detached') return
    this.end({ kind: 'idle' }, 'stream-left')
    this.forgetStream()
  }

  streamOpened(playlistUrl: string): void {
    if (this.sharing.kind !== 'idle') return
    this.sharing = { kind: 'waiting', playlistUrl }
    this.permissionChanged('')
  }

  playlistSeen(rendition: RenditionId, segments: readonly ListedSegment[]): void {
    this.playlists.set(rendition, segments)
    this.session?.playlistSeen(rendition, segments)
  }

  renditionFollowed(rendition: RenditionId): void {
    this.followed = rendition
    this.session?.renditionFollowed(rendition)
  }

  playerDestroyed(): void {
    this.host.playerDestroyed(this)
  }

  /** Undefined for what everybody polls: multivariant playlists, subtitles, and LL-HLS, which asks the CDN to wait. */
  private polledRendition(context: PlaylistContext): RenditionId | undefined {
    const { type, level, id, deliveryDirectives } = context
    const index = type === 'level' ? level : id
    const kind = type === 'level' ? 'main' : type === 'audioTrack' ? 'audio' : ''
    return deliveryDirectives ? undefined : renditionOf(this.player, kind, index ?? -1)?.id
  }

  private countPolls(playlists: PlayerTotals['playlists']): void {
    this.settledTotals = addTotals(this.settledTotals, { ...noTotals, playlists })
  }

  private begin(playlistUrl: string): void {
    const stream = this.host.nameStream(playlistUrl)
    if (!stream) {
      this.sharing = { kind: 'unnamed' }
      return
    }
    const session = this.host.openSession(this, this.original, stream)
    // A session can fault while it is being made; then `sessionFaulted` was told already.
    if (!session || this.sharing.kind !== 'waiting') {
      this.sharing = { kind: 'faulted' }
      return
    }
    this.sharing = { kind: 'sharing', playlistUrl, session }
    if (this.followed) session.renditionFollowed(this.followed)
    for (const [rendition, segments] of this.playlists) session.playlistSeen(rendition, segments)
  }

  private end(next: Sharing, code: string): void {
    const { session } = this
    this.sharing = next
    if (!session) return
    session.close(code)
    this.settledTotals = addTotals(this.settledTotals, session.totals)
  }

  private forgetStream(): void {
    this.playlists.clear()
    this.followed = undefined
  }
}

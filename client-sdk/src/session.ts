import type { MemberId, RenditionId, StreamId } from '../../protocol/ids.js'
import type { RosterEntry } from '../../protocol/member.js'
import { segmentKey } from '../../protocol/segment-key.js'
import type { UploadRule } from '../../protocol/tracker-messages.js'
import { openPolicy, samePolicy, type StreamPolicy } from '../../protocol/stream-policy.js'
import type { PlayerListener } from './driver.js'
import type { FetchFailure, ListedSegment, WantId } from './engine/inputs.js'
import { watchedBytes, type EngineTotals } from './engine/ledger.js'
import type { UploadLimit } from './engine/uploads.js'
import type { Delivery } from './engine/outputs.js'
import type { SegmentEvent } from './mesh-events.js'
import type { SignedPlaylistEdge } from '../../protocol/playlist-edge.js'
import { IntegrityWatch, type SessionIntegrity, type UncheckableReason } from './integrity-watch.js'
import type { PrismeshConfig } from './options.js'
import { segmentDeadline } from './player/deadline.js'
import { watchFirstFrame } from './player/first-frame.js'
import type { HlsPlayer } from './player/hls-player.js'
import type { LoadRequest } from './player/load-request.js'
import type { LoaderClass, LoaderConfiguration } from './player/loader-contract.js'
import { PlaybackQuality } from './player/playback-quality.js'
import { PlaylistSharing, type PlaylistAnswer } from './player/playlist-sharing.js'
import type { OrderListener, SegmentOrder } from './player/segment-desk.js'
import { QuietStart } from './quiet-start.js'
import type { SessionEngine, SessionParts, Swarm, SwarmListener, SwarmPhase } from './session-parts.js'

export interface SessionOptions {
  readonly config: PrismeshConfig
  readonly stream: StreamId
  readonly player: HlsPlayer
  /** The loader that the player would use without Prismesh. */
  readonly original: LoaderClass
  readonly uploads: boolean
  /** What the player took and gave before: the caps hold for all of it. */
  readonly before: EngineTotals
  /** What holds uploads back now, for the tracker's operator. */
  readonly uploadRule: () => UploadRule | undefined
}

export interface SessionListener {
  phaseChanged(phase: SwarmPhase): void
  /** Nothing from neighbours can be checked, so that nothing of theirs is of use. */
  uncheckable(reason: UncheckableReason): void
  policyChanged(policy: StreamPolicy): void
  linkOpened(member: MemberId): void
  linkClosed(member: MemberId, code: string): void
  linkFailed(code: string): void
  delivered(event: SegmentEvent): void
  /** What others told of a playlist and what the CDN says contradict each other. */
  playlistsDiffered(): void
  tokenFailed(error: unknown): void
  trackerWarned(code: string, detail: string): void
  /** A bug of ours. The session has ended, and released every segment that was on order. */
  faulted(error: unknown): void
}

interface Want {
  readonly key: string
  readonly live: boolean
  readonly listener: OrderListener
}

/**
 * One stream of one player, shared: the engine with its CDN, and the swarm with its links. Begins with consent and
 * a named stream; ends for good when either is gone. Whatever ends it, every segment on order is released, and
 * comes by the player's own loader.
 */
export class Session implements PlayerListener {
  /** This member's id: chosen at random for this session. */
  readonly member: MemberId
  private state: 'open' | 'closed' = 'open'
  private currentPhase: SwarmPhase = 'connecting'
  private roster: readonly RosterEntry[] = []
  private currentPolicy = openPolicy
  private uploads: boolean
  private linkCount = 0
  private readonly integrityWatch: IntegrityWatch
  private wantCount = 0
  private cdnRate: number | undefined
  private cancelReport: () => void = () => {}
  private readonly wants = new Map<WantId, Want>()
  private readonly engine: SessionEngine
  private readonly quietStart: QuietStart
  private readonly quality: PlaybackQuality
  private swarm: Swarm | undefined
  /** Undefined where nothing could be checked, or the page wants every poll to go out. */
  private readonly playlists: PlaylistSharing | undefined

  constructor(
    private readonly options: SessionOptions,
    private readonly parts: SessionParts,
    private readonly listener: SessionListener,
  ) {
    const { config, stream, player, original, uploads, before } = options
    this.integrityWatch = new IntegrityWatch(config.integrity === 'required', (reason) =>
      listener.uncheckable(reason),
    )
    const self = parts.newMemberId()
    const { hashBlock } = parts
    this.member = self
    this.uploads = uploads
    this.quality = new PlaybackQuality(player)
    this.quietStart = new QuietStart(
      parts.clock,
      { segmentCame: () => this.swarm?.open(), over: () => this.swarm?.start() },
      (decoded) => watchFirstFrame(player.media, decoded),
    )
    if (config.sharePlaylists && config.integrity === 'required') {
      this.playlists = new PlaylistSharing(parts.sha256, parts.clock, () => listener.playlistsDiffered())
    }
    this.engine = parts.startEngine(
      {
        self,
        cacheBytesMax: config.cacheBytesMax,
        uploadBytesPerSecondMax: this.uploadBytesPerSecondMax,
        uploadLimits: {
          bytesMax: config.uploadBytesMax,
          ratioMax: config.uploadRatioMax,
          uploadedBefore: before.uploadedBytes,
          watchedBefore: watchedBytes(before),
        },
        ...(config.integrity === 'required' ? { integrity: { sha256: parts.sha256 } } : {}),
      },
      {
        clock: parts.clock,
        cdn: parts.openCdn(player, original),
        player: this,
        accused: (changed) => this.swarm?.accuse(changed),
        ...(hashBlock === undefined
          ? {}
          : { hashBlock: (block, done) => this.quietStart.afterwards(() => hashBlock(block, done)) }),
        edgeTold: (edge) => void this.hearEdge(edge, false),
        fault: (error) => this.fault(error),
      },
    )
    try {
      this.swarm = parts.joinSwarm({ config, self, stream, uploads }, this.swarmListener())
      this.engine.tell({ kind: 'company-expected' })
    } catch (error) {
      this.close('faulted')
      throw error
    }
  }

  get phase(): SwarmPhase {
    return this.currentPhase
  }

  /** Other members in the cell. */
  get others(): number {
    return this.roster.length
  }

  get policy(): StreamPolicy {
    return this.currentPolicy
  }

  /** What holds uploads back beside the cap on their rate. */
  get uploadLimit(): UploadLimit | undefined {
    return this.engine.uploadLimit
  }

  get links(): number {
    return this.linkCount
  }

  get integrity(): SessionIntegrity {
    return this.integrityWatch.integrity
  }

  get totals(): EngineTotals {
    return this.engine.totals
  }

  /** See {@link SegmentDesk.cdnBytesPerSecond}. */
  get cdnBytesPerSecond(): number | undefined {
    return this.cdnRate
  }

  order(
    request: LoadRequest,
    config: LoaderConfiguration,
    listener: OrderListener,
  ): SegmentOrder | undefined {
    if (this.state === 'closed') return undefined
    this.wantCount += 1
    const want = this.wantCount as WantId
    this.wants.set(want, { key: segmentKey(request.segment), live: request.live, listener })
    this.engine.tell({
      kind: 'segment-wanted',
      want,
      segment: request.segment,
      source: request.source,
      live: request.live,
      deadline: segmentDeadline(this.parts.clock.now(), request.startSeconds, this.options.player.media),
      firstByteTimeoutMs: config.loadPolicy.maxTimeToFirstByteMs,
      loadTimeoutMs: config.loadPolicy.maxLoadTimeMs,
    })
    return {
      cancel: () => {
        if (this.wants.delete(want)) this.engine.tell({ kind: 'segment-abandoned', want })
      },
    }
  }

  playlistSeen(rendition: RenditionId, segments: readonly ListedSegment[]): void {
    this.engine.tell({ kind: 'playlist-seen', rendition, segments })
  }

  /** What the player can have of a playlist without asking the CDN. */
  playlistAnswer(rendition: RenditionId, url: string): PlaylistAnswer | undefined {
    return this.currentPolicy.p2p === 'off' ? undefined : this.playlists?.answer(rendition, url)
  }

  /** The CDN gave a playlist. Returns what the player is to have. */
  playlistPolled(rendition: RenditionId, url: string, answer: PlaylistAnswer): PlaylistAnswer {
    return this.playlists?.polled(rendition, url, answer) ?? answer
  }

  renditionFollowed(rendition: RenditionId): void {
    this.engine.tell({ kind: 'rendition-followed', rendition })
    this.swarm?.update({ rendition })
  }

  /** Whether this device gives: changes when its network does. */
  setUploads(uploads: boolean): void {
    this.uploads = uploads && this.engine.uploadLimit !== 'session-cap-reached'
    this.capUploads()
  }

  networkReturned(): void {
    this.swarm?.retry()
  }

  progress(want: WantId, loadedBytes: number, totalBytes: number | undefined): void {
    this.wants.get(want)?.listener.progressed(loadedBytes, totalBytes)
  }

  deliver(want: WantId, blocks: readonly Uint8Array[], totalBytes: number, delivery: Delivery): void {
    const order = this.wants.get(want)
    if (!order) return
    this.cdnRate = delivery.cdnBytesPerSecond ?? this.cdnRate
    this.wants.delete(want)
    try {
      order.listener.delivered(blocks, totalBytes, delivery)
    } catch (error) {
      // Back on order, so that the fault that follows releases it with the others.
      this.wants.set(want, order)
      throw error
    }
    this.quietStart.segmentDelivered()
    this.noteSpentCap()
    this.integrityWatch.segmentDelivered(order.live, this.currentPhase === 'joined')
    const { cdnBytes, peerBytes, sources } = delivery
    this.listener.delivered({ key: order.key, cdnBytes, peerBytes, sources })
  }

  fail(want: WantId, failure: FetchFailure): void {
    const order = this.wants.get(want)
    this.wants.delete(want)
    order?.listener.failed(failure)
  }

  /** Idempotent. Closes links and tracker at once. `code` goes to whoever asks why the links closed. */
  close(code: string): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.cancelReport()
    this.quietStart.close()
    this.quality.close()
    this.engine.closeLinks(code)
    this.swarm?.close(code)
    this.engine.close()
    const orders = [...this.wants.values()]
    this.wants.clear()
    for (const { listener } of orders) listener.released()
  }

  private fault(error: unknown): void {
    if (this.state === 'closed') return
    this.close('faulted')
    this.listener.faulted(error)
  }

  private swarmListener(): SwarmListener {
    return {
      phaseChanged: (phase) => {
        this.currentPhase = phase
        this.listener.phaseChanged(phase)
      },
      rosterChanged: (members) => {
        this.roster = members
        this.tellRoster()
      },
      policyChanged: (policy) => this.obey(policy),
      linkOpened: (link) => {
        this.linkCount += 1
        this.engine.addLink(link)
        this.listener.linkOpened(link.member)
      },
      linkClosed: (member, code) => {
        this.linkCount -= 1
        this.listener.linkClosed(member, code)
      },
      linkFailed: (code) => this.listener.linkFailed(code),
      reportsWanted: (intervalMs) => this.reportEvery(intervalMs),
      tokenFailed: (error) => this.listener.tokenFailed(error),
      digestsExpected: (expected) => {
        this.engine.tell({ kind: 'digests-expected', expected })
        this.integrityWatch.digestsExpected(expected, this.currentPhase === 'joined')
      },
      digestTold: (digest, hashes, signature) => {
        this.integrityWatch.digestTold(signature)
        this.engine.tell({ kind: 'digest-told', digest, ...(hashes === undefined ? {} : { hashes }) })
      },
      edgeTold: (edge) => void this.hearEdge(edge, true),
      trackerWarned: (code, detail) => this.listener.trackerWarned(code, detail),
    }
  }

  /**
   * The tracker is believed where signatures cannot be checked. A neighbour is not blamed for a wrong one: a tracker that
   * was started anew, or the one that it has moved to, may sign with another key.
   */
  private async hearEdge(edge: SignedPlaylistEdge, isFromTracker: boolean): Promise<void> {
    const isProven = await this.playlists?.heard(
      edge,
      async () => (await this.swarm?.checkEdge(edge)) ?? isFromTracker,
    )
    if (isProven) this.engine.tell({ kind: 'playlist-edge-proven', edge })
  }

  /** The operator's word: it takes away at most what consent and options allow. */
  private obey(policy: StreamPolicy): void {
    const before = this.currentPolicy
    if (this.state === 'closed' || samePolicy(before, policy)) return
    this.currentPolicy = policy
    if (policy.p2p === 'off') this.engine.closeLinks('p2p-off')
    this.tellRoster()
    this.capUploads()
    this.listener.policyChanged(policy)
  }

  /** While nobody may be linked to, nobody's claim is worth waiting for. */
  private tellRoster(): void {
    this.engine.tell({
      kind: 'roster-changed',
      members: this.currentPolicy.p2p === 'off' ? [] : this.roster,
    })
  }

  private capUploads(): void {
    const bytesPerSecond = this.uploadBytesPerSecondMax
    this.engine.tell({ kind: 'upload-capped', bytesPerSecond })
    this.swarm?.update({ uploads: bytesPerSecond > 0 })
  }

  /** As much was given as the viewer's options allow: the others are to count on this member no longer. */
  private noteSpentCap(): void {
    if (this.uploads && this.engine.uploadLimit === 'session-cap-reached') this.setUploads(false)
  }

  private get uploadBytesPerSecondMax(): number {
    const { p2p, uploadBytesPerSecondMax = Number.POSITIVE_INFINITY } = this.currentPolicy
    if (!this.uploads || p2p === 'off') return 0
    return Math.min(this.options.config.uploadBytesPerSecondMax, uploadBytesPerSecondMax)
  }

  private reportEvery(intervalMs: number): void {
    this.cancelReport()
    if (this.state === 'closed') return
    const { clock } = this.parts
    this.cancelReport = clock.wake(clock.now() + intervalMs, () => {
      const rule = this.options.uploadRule()
      this.swarm?.report(this.engine.totals, this.linkCount, this.quality.figures(), rule)
      this.reportEvery(intervalMs)
    })
  }
}

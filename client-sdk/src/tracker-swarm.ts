import { fromBase64Url, toBase64Url } from '../../protocol/base64url.js'
import type { MemberId } from '../../protocol/ids.js'
import type { SignedPlaylistEdge } from '../../protocol/playlist-edge.js'
import { decodeWireMessage } from '../../protocol/wire-messages.js'
import type { ChannelConnector } from './ports/channel.js'
import type { Clock } from './ports/clock.js'
import type { Random } from './ports/random.js'
import type { Swarm, SwarmListener, SwarmOptions, SwarmPhase } from './session-parts.js'
import { LinkTally } from './transport/link-tally.js'
import { DigestGate, type SignatureCheck } from './transport/digest-gate.js'
import { HeldSockets } from './transport/held-sockets.js'
import { Neighbourhood } from './transport/neighbourhood.js'
import type { SocketConnector } from './transport/socket.js'
import type { LinkOpener } from './transport/wire-link.js'
import { TrackerClient, type TrackerListener, type TrackerState } from './transport/tracker-client.js'

export interface TrackerSwarmParts {
  readonly sockets: SocketConnector
  readonly connector: ChannelConnector
  readonly openLink?: LinkOpener
  readonly clock: Clock
  readonly random: Random
  readonly checkSignature: SignatureCheck
}

/** Brings the tracker and the neighbourhood together: the one introduces, the other makes links of it. */
export class TrackerSwarm implements Swarm {
  private state: 'open' | 'closed' = 'open'
  private phase: SwarmPhase = 'connecting'
  private readonly linked = new Set<MemberId>()
  private readonly tally = new LinkTally()
  private readonly neighbourhood: Neighbourhood
  private readonly tracker: TrackerClient
  private readonly digests: DigestGate | undefined
  private readonly sockets: HeldSockets

  constructor(
    options: SwarmOptions,
    private readonly listener: SwarmListener,
    parts: TrackerSwarmParts,
  ) {
    const { config, self, stream, uploads } = options
    if (config.integrity === 'required') {
      this.digests = new DigestGate(stream, parts.checkSignature, {
        digestsExpected: (expected) => listener.digestsExpected(expected),
        digestTold: (digest, hashes, signature) => {
          if (this.state === 'open') listener.digestTold(digest, hashes, signature)
        },
        warned: (code, detail) => listener.trackerWarned(code, detail),
      })
    }
    this.neighbourhood = new Neighbourhood(
      self,
      {
        signal: (to, signals) => this.tracker.signal(to, signals),
        seek: (count, except) => this.tracker.seek(count, except),
        opened: (link) => {
          this.linked.add(link.member)
          this.tally.made += 1
          listener.linkOpened(link)
        },
        ended: (member, code) => {
          if (this.linked.delete(member)) listener.linkClosed(member, code)
          else {
            this.tally.missed(code)
            listener.linkFailed(code)
          }
        },
      },
      parts,
    )
    const url = config.tracker
    const hosts = config.trackerHosts
    const membership = { url, hosts, stream, member: self, role: 'viewer', uploads } as const
    this.sockets = new HeldSockets(parts.sockets)
    this.tracker = new TrackerClient(
      config.token === undefined ? membership : { ...membership, token: config.token },
      this.trackerListener(),
      { ...parts, sockets: this.sockets },
    )
  }

  open(): void {
    this.tracker.open()
  }

  start(): void {
    this.sockets.release()
    this.neighbourhood.connect()
  }

  update(change: Parameters<Swarm['update']>[0]): void {
    this.tracker.update(change)
  }

  report(...[totals, links, quality, uploadRule]: Parameters<Swarm['report']>): void {
    const { cdnBytes, peerBytes, uploadedBytes, wastedBytes, rescues } = totals
    this.tracker.report({
      cdnBytes,
      peerBytes,
      uploadedBytes,
      wastedBytes,
      rescues,
      links,
      linksMade: this.tally.made,
      linksFailed: { ...this.tally.failed },
      ...quality,
      uploadRule,
    })
  }

  async checkEdge(edge: SignedPlaylistEdge): Promise<boolean | undefined> {
    return this.digests?.checkEdge(edge)
  }

  accuse({ member, segment, block, hash }: Parameters<Swarm['accuse']>[0]): void {
    this.tracker.accuse({ member, segment, block, hash: toBase64Url(hash) })
  }

  retry(): void {
    this.tracker.retryNow()
  }

  close(code: string): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.neighbourhood.close()
    this.tracker.close()
    // What closes here is not heard of from the links any more.
    const members = [...this.linked]
    this.linked.clear()
    for (const member of members) this.listener.linkClosed(member, code)
  }

  private trackerListener(): TrackerListener {
    const { listener, neighbourhood } = this
    return {
      stateChanged: (state) => this.handleState(state),
      policyChanged: (policy) => {
        neighbourhood.permit(policy.p2p === 'on')
        listener.policyChanged(policy)
      },
      joined: (reply) => {
        neighbourhood.joined(reply.swarm)
        this.digests?.joined(reply.digestKey)
        listener.reportsWanted(reply.reportIntervalMs)
      },
      rosterChanged: (members) => {
        neighbourhood.cellChanged(members.length)
        listener.rosterChanged(members)
      },
      gone: (members) => {
        for (const member of members) neighbourhood.forget(member)
      },
      introduced: (introductions) => neighbourhood.introduce(introductions),
      signalled: (from, signals) => neighbourhood.signalled(from, signals),
      digestsTold: (reply) => void this.digests?.told(reply),
      edgeTold: ({ edge }) => {
        const read = decodeWireMessage(fromBase64Url(edge) ?? new Uint8Array())
        if (read.ok && read.value.kind === 'playlist-edge') listener.edgeTold(read.value)
      },
      tokenFailed: (error) => listener.tokenFailed(error),
      warned: (code, detail) => listener.trackerWarned(code, detail),
    }
  }

  private handleState(state: TrackerState): void {
    const phase = phaseAfter(state, this.phase)
    if (phase === this.phase || this.state === 'closed') return
    this.phase = phase
    this.listener.phaseChanged(phase)
  }
}

/** A further attempt does not make a tracker reachable that was not: only an answer does. */
function phaseAfter(state: TrackerState, before: SwarmPhase): SwarmPhase {
  if (state === 'waiting') return 'unreachable'
  return state === 'connecting' || state === 'closed' ? before : state
}

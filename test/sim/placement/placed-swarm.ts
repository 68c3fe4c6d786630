import type { Random } from '../../../client-sdk/src/ports/random.js'
import type { MemberId, RenditionId, StreamId, SwarmId } from '../../../protocol/ids.js'
import { rendezvousScore } from '../../../protocol/rendezvous.js'
import {
  encodeTrackerMessage,
  type TrackerReply,
  type TrackerRequest,
} from '../../../protocol/tracker-messages.js'
import { openGrant } from '../../../tracker/src/core/grant.js'
import { TrackerCore } from '../../../tracker/src/core/tracker-core.js'
import type { ConnectionId, TrackerInput } from '../../../tracker/src/core/tracker-input.js'
import { unlimitedSettings } from '../../support/tracker/unlimited-settings.js'
import { Distribution } from '../distribution.js'
import type { Viewer } from './audience.js'
import { PlacedMember } from './placed-member.js'

const keys = { swarmIdOf: () => 'f'.repeat(40) as SwarmId, resumeOf: () => 'resume' }

/** One stream at the shipping tracker core, with members that link to whom they are introduced. */
export class PlacedSwarm {
  nowMs = 0
  /** What each join took of the core, in milliseconds. */
  readonly joinMs = new Distribution()
  readonly members = new Map<MemberId, PlacedMember>()
  private readonly core: TrackerCore
  private readonly byConnection = new Map<ConnectionId, PlacedMember>()
  private made = 0

  constructor(
    random: Random,
    /** Milliseconds of a clock of this machine, to see what the core costs. */
    private readonly stopwatch: () => number,
  ) {
    this.core = new TrackerCore(unlimitedSettings, keys, random)
  }

  join(viewer: Viewer): void {
    this.made += 1
    const connection = this.made as ConnectionId
    const id = this.made.toString(16).padStart(40, '0') as MemberId
    const member = new PlacedMember(id, connection, viewer, this.nowMs)
    this.members.set(id, member)
    this.byConnection.set(connection, member)
    const { place, uploads } = viewer
    this.step({ kind: 'connection-opened', connection, client: String(connection), grant: openGrant, place })
    const began = this.stopwatch()
    this.say(member, {
      kind: 'join',
      version: 1,
      stream: 'match' as StreamId,
      member: id,
      role: 'viewer',
      uploads,
      rendition: viewer.rendition as RenditionId,
    })
    this.joinMs.add(this.stopwatch() - began)
  }

  leave(member: PlacedMember): void {
    this.members.delete(member.id)
    this.byConnection.delete(member.connection)
    member.leave()
    this.step({ kind: 'connection-closed', connection: member.connection })
  }

  /** Lets time pass; those with too few links ask for more. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms
    for (let at = this.core.wakeAt(); at !== undefined && at <= endMs; at = this.core.wakeAt()) {
      this.nowMs = Math.max(this.nowMs, at)
      this.step({ kind: 'time-passed' })
    }
    this.nowMs = endMs
    for (const member of this.members.values()) {
      const wish = member.seek(this.nowMs)
      if (wish) this.say(member, { kind: 'seek', ...wish })
    }
  }

  /** The cells as their members see them. */
  cells(): PlacedMember[][] {
    const seen = new Set<MemberId>()
    const cells: PlacedMember[][] = []
    for (const [id, { roster }] of this.members) {
      if (seen.has(id)) continue
      const cell = new Set([id, ...roster])
      for (const other of cell) seen.add(other)
      cells.push([...cell].flatMap((other) => this.members.get(other) ?? []))
    }
    return cells
  }

  private say({ connection }: PlacedMember, request: TrackerRequest): void {
    this.step({ kind: 'message-received', connection, text: encodeTrackerMessage(request) })
  }

  private step(input: TrackerInput): void {
    for (const output of this.core.step(this.nowMs, input)) {
      if (output.kind === 'close') throw new Error(`the tracker closed a connection: ${output.reason}`)
      if (output.kind === 'banned') throw new Error(`the tracker banned ${output.subject}`)
      const reply = JSON.parse(output.text) as TrackerReply
      for (const connection of output.connections) {
        const member = this.byConnection.get(connection)
        if (member) this.hear(member, reply)
      }
    }
  }

  private hear(member: PlacedMember, reply: TrackerReply): void {
    if (reply.kind === 'joined') for (const { member: id } of reply.members) member.roster.add(id)
    if (reply.kind === 'roster') {
      for (const id of reply.gone) member.roster.delete(id)
      for (const { member: id } of reply.present) if (id !== member.id) member.roster.add(id)
    }
    if (reply.kind !== 'joined' && reply.kind !== 'introduce') return
    for (const { member: id, initiate } of reply.introductions) {
      const other = this.members.get(id)
      if (other && initiate) member.offerTo(other, rendezvousScore(member.id, id) / 0x1_0000_0000)
    }
  }
}

import assert from 'node:assert/strict'
import type { MemberId, RenditionId, StreamId, SwarmId } from '../../../protocol/ids.js'
import {
  decodeTrackerReply,
  encodeTrackerMessage,
  type JoinRequest,
  type TrackerReply,
  type TrackerRequest,
} from '../../../protocol/tracker-messages.js'
import { openGrant, type Grant } from '../../../tracker/src/core/grant.js'
import { nowhere, type Place } from '../../../tracker/src/core/place.js'
import { TrackerCore } from '../../../tracker/src/core/tracker-core.js'
import type { ConnectionId, TrackerInput } from '../../../tracker/src/core/tracker-input.js'
import type { TrackerOutput } from '../../../tracker/src/core/tracker-output.js'
import type { TrackerKeys, TrackerSettings } from '../../../tracker/src/core/tracker-settings.js'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { unlimitedSettings } from '../../support/tracker/unlimited-settings.js'

export type Reply<Kind extends TrackerReply['kind']> = Extract<TrackerReply, { kind: Kind }>

export const testSettings = unlimitedSettings

export function memberId(number: number): MemberId {
  return number.toString(16).padStart(40, '0') as MemberId
}

export function rendition(name: string): RenditionId {
  return name as RenditionId
}

export const testKeys = {
  swarmIdOf: (stream: StreamId) => stream.length.toString(16).padStart(40, 'f') as SwarmId,
  resumeOf: (swarm: SwarmId, member: MemberId, holder: string) =>
    `resume ${swarm} ${member} ${holder}`.trim(),
}

/** A client of the tracker under test, with all it was told. */
export interface Client {
  readonly connection: ConnectionId
  readonly replies: TrackerReply[]
  /** The close code, once the tracker has closed the connection. */
  closed?: number
}

/** Runs a tracker core in virtual time and delivers its outputs to clients that remember them. */
export class CoreHarness {
  now = 0
  readonly core: TrackerCore
  /** What other processes would be told. */
  readonly banned: string[] = []
  readonly clients = new Map<ConnectionId, Client>()
  private connectionsMade = 0

  constructor(settings: Partial<TrackerSettings> = {}, seed = 1, keys: TrackerKeys = testKeys) {
    this.core = new TrackerCore({ ...testSettings, ...settings }, keys, seededRandom(seed))
  }

  connect(grant: Grant = openGrant, from = 'somewhere', place: Place = nowhere): Client {
    this.connectionsMade += 1
    const client: Client = { connection: this.connectionsMade as ConnectionId, replies: [] }
    this.clients.set(client.connection, client)
    this.step({ kind: 'connection-opened', connection: client.connection, client: from, grant, place })
    return client
  }

  /** Connects a client and joins with member id `number`. */
  join(number: number, request: Partial<JoinRequest> = {}, place: Place = nowhere): Client {
    const client = this.connect(openGrant, 'somewhere', place)
    this.say(client, joinRequest(number, request))
    return client
  }

  say(client: Client, request: TrackerRequest): TrackerOutput[] {
    return this.sayText(client, encodeTrackerMessage(request))
  }

  sayText({ connection }: Client, text: string): TrackerOutput[] {
    return this.step({ kind: 'message-received', connection, text })
  }

  disconnect({ connection }: Client): void {
    this.step({ kind: 'connection-closed', connection })
  }

  /** Lets time pass, waking the core whenever it asks for it. */
  pass(ms: number): void {
    const end = this.now + ms
    for (
      let wakeAt = this.core.wakeAt();
      wakeAt !== undefined && wakeAt <= end;
      wakeAt = this.core.wakeAt()
    ) {
      this.now = Math.max(this.now, wakeAt)
      this.step({ kind: 'time-passed' })
    }
    this.now = end
  }

  step(input: TrackerInput): TrackerOutput[] {
    const outputs = this.core.step(this.now, input)
    for (const output of outputs) this.deliver(output)
    return outputs
  }

  private deliver(output: TrackerOutput): void {
    if (output.kind === 'banned') {
      this.banned.push(output.subject)
      return
    }
    if (output.kind === 'close') {
      const client = this.client(output.connection)
      assert.equal(client.closed, undefined, 'a connection is closed once')
      client.closed = output.code
      return
    }
    const decoded = decodeTrackerReply(output.text)
    assert.ok(decoded.ok, `the tracker sent what is no reply: ${output.text}`)
    for (const connection of output.connections) {
      const client = this.client(connection)
      assert.equal(client.closed, undefined, 'nothing is sent to a closed connection')
      client.replies.push(decoded.value)
    }
  }

  private client(connection: ConnectionId): Client {
    const client = this.clients.get(connection)
    assert.ok(client, 'outputs name open connections')
    return client
  }
}

export function joinRequest(number: number, request: Partial<JoinRequest> = {}): JoinRequest {
  return {
    kind: 'join',
    version: 1,
    stream: 'news' as StreamId,
    member: memberId(number),
    role: 'viewer',
    uploads: true,
    ...request,
  }
}

/** All replies of one kind, in order. */
export function repliesOf<Kind extends TrackerReply['kind']>(client: Client, kind: Kind): Reply<Kind>[] {
  return client.replies.filter((reply): reply is Reply<Kind> => reply.kind === kind)
}

export function joinedOf(client: Client): Reply<'joined'> {
  const [joined] = repliesOf(client, 'joined')
  assert.ok(joined, 'the client has joined')
  return joined
}

export function errorCodesOf(client: Client): string[] {
  return repliesOf(client, 'error').map((error) => error.code)
}

/** Everyone a client was introduced to, by joining, seeking or being sought. */
export function introducedTo(client: Client): { member: MemberId; initiate: boolean }[] {
  return client.replies.flatMap((reply) =>
    reply.kind === 'joined' || reply.kind === 'introduce' ? reply.introductions : [],
  )
}

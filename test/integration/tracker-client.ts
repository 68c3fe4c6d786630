import assert from 'node:assert/strict'
import { WebSocket, type ClientOptions } from 'ws'
import {
  decodeTrackerReply,
  encodeTrackerMessage,
  type JoinRequest,
  type TrackerReply,
  type TrackerRequest,
} from '../../protocol/tracker-messages.js'
import { joinRequest, type Reply } from '../unit/tracker/core-harness.js'

/** A WebSocket client of a real tracker. Whatever is awaited here ends by mocha's time limit at the latest. */
export class TrackerClient {
  /** The close code, once the connection has ended. */
  readonly closed: Promise<number>
  private readonly replies: TrackerReply[] = []
  private readonly waiting = new Set<() => void>()

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer) => {
      const decoded = decodeTrackerReply(data.toString())
      assert.ok(decoded.ok, `the tracker sent what is no reply: ${data.toString()}`)
      this.replies.push(decoded.value)
      for (const look of this.waiting) look()
    })
  }

  static async connect(
    url: string,
    options: ClientOptions = {},
    protocols: string[] = [],
  ): Promise<TrackerClient> {
    const client = new TrackerClient(new WebSocket(url, protocols, options))
    await new Promise<void>((resolve, reject) => client.socket.once('open', resolve).once('error', reject))
    return client
  }

  /** Connects and joins with member id `number`. */
  static async join(
    url: string,
    number: number,
    request: Partial<JoinRequest> = {},
    options?: ClientOptions,
  ) {
    const client = await TrackerClient.connect(url, options)
    client.say(joinRequest(number, request))
    return { client, joined: await client.next('joined') }
  }

  say(request: TrackerRequest): void {
    this.socket.send(encodeTrackerMessage(request))
  }

  /** The first reply of this kind that was not taken yet, now or when it comes. */
  next<Kind extends TrackerReply['kind']>(kind: Kind): Promise<Reply<Kind>> {
    return new Promise((resolve) => {
      const look = () => {
        const index = this.replies.findIndex((reply) => reply.kind === kind)
        if (index < 0) return
        this.waiting.delete(look)
        resolve(this.replies.splice(index, 1)[0] as Reply<Kind>)
      }
      this.waiting.add(look)
      look()
    })
  }

  /** How many replies of this kind have come and were not taken. */
  received(kind: TrackerReply['kind']): number {
    return this.replies.filter((reply) => reply.kind === kind).length
  }

  /** Resolves when the tracker has read all that was sent so far: pongs come in order. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.once('pong', () => resolve())
      this.socket.ping()
    })
  }

  async nextErrorCode(): Promise<string> {
    return (await this.next('error')).code
  }
}

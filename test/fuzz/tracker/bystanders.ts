import {
  joinText,
  lateCandidatesText,
  memberOf,
  relayedSignal,
} from '../../bench/tracker/load/native-texts.js'
import { RawClient } from '../../support/tracker/raw-client.js'

/** An address of their own: what others do from theirs must not count against them. */
const from = '127.200.0.1'
const everyMs = 100

/** Two members who mind their own business: one signals to the other, all the time. */
export class Bystanders {
  readonly ids = [memberOf(-1), memberOf(-2)] as const
  readonly stream = 'bystanders'
  /** What went wrong with them; empty as long as nothing did. */
  readonly harm: string[] = []
  heard = 0
  slowestMs = 0
  private readonly clients: RawClient[] = []
  private readonly sentAt: number[] = []
  private timer: NodeJS.Timeout | undefined

  async join(host: string, port: number): Promise<void> {
    for (const id of this.ids) this.clients.push(await this.joinOne(host, port, id))
    const [sender, receiver] = this.clients
    if (!sender || !receiver) return
    receiver.handlers.message = (payload) => this.hear(payload)
    this.timer = setInterval(() => {
      this.sentAt.push(performance.now())
      sender.send(lateCandidatesText(this.ids[1]))
    }, everyMs)
  }

  /** Since when the oldest signal is on its way, in milliseconds. */
  waitingMs(): number {
    const [oldest] = this.sentAt
    return oldest === undefined ? 0 : performance.now() - oldest
  }

  leave(): void {
    clearInterval(this.timer)
    for (const client of this.clients) {
      client.handlers = {}
      client.close()
    }
  }

  private async joinOne(host: string, port: number, id: string): Promise<RawClient> {
    const client = new RawClient({ host, port, path: '/', from })
    await new Promise<void>((resolve) => {
      client.handlers = {
        answered: () => client.send(joinText(this.stream, id)),
        message: (payload) => {
          if (payload.includes('"kind":"joined"')) resolve()
          else this.harm.push(`a bystander was told ${payload.toString()}`)
        },
        closed: (code) => {
          this.harm.push(`a bystander's connection was closed: ${code ?? 'without a code'}`)
          resolve()
        },
      }
    })
    client.handlers.message = (payload) => this.hearError(payload)
    return client
  }

  private hear(payload: Buffer): void {
    this.hearError(payload)
    if (relayedSignal(payload)?.from !== this.ids[0]) return
    const sentAt = this.sentAt.shift()
    if (sentAt === undefined) return
    this.heard += 1
    this.slowestMs = Math.max(this.slowestMs, performance.now() - sentAt)
  }

  private hearError(payload: Buffer): void {
    if (payload.includes('{"kind":"error"')) this.harm.push(`a bystander was told ${payload.toString()}`)
  }
}

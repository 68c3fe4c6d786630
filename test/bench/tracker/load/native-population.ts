import { clientFrame } from '../../../support/tracker/frames.js'
import type { RawClient } from '../../../support/tracker/raw-client.js'
import { descriptionText, joinText, lateCandidatesText, memberOf, relayedSignal } from './native-texts.js'
import { connectFrom, eachOfMany } from './open-clients.js'
import type { LoadPlan } from './plan.js'

export interface NativeMember {
  readonly id: string
  readonly swarm: number
  readonly client: RawClient
}

/** How often, and how soon, somebody who was turned away tries again. */
const attemptsMax = 50
const retryMs = 500

/** Members who stay, and answer whoever offers them a link. */
export class NativePopulation {
  readonly members: NativeMember[] = []
  lost = 0
  private made = 0

  constructor(private readonly plan: LoadPlan) {}

  async join(count: number): Promise<void> {
    const first = this.made
    this.made += count
    await eachOfMany(count, 100, (index, done, failed) =>
      this.joinOne(first + index, attemptsMax, done, failed),
    )
  }

  /** The member who has been there longest goes away. */
  leaveOldest(): void {
    const oldest = this.members.shift()
    if (!oldest) return
    oldest.client.handlers = {}
    oldest.client.close()
  }

  /** A busy tracker may turn somebody away, who then comes back a little later. */
  private joinOne(number: number, attempts: number, done: () => void, failed: (error: Error) => void): void {
    const id = memberOf(number)
    const swarm = number % this.plan.swarms
    const client = connectFrom(this.plan, number)
    client.handlers = {
      answered: (status) => {
        if (status === 101) client.send(joinText(streamOf(swarm), id))
      },
      message: (payload) => {
        if (!payload.includes('"kind":"joined"')) return
        client.handlers.message = (later) => this.answer(client, later)
        client.handlers.closed = () => (this.lost += 1)
        this.members.push({ id, swarm, client })
        done()
      },
      closed: (code) => {
        if (attempts > 1) setTimeout(() => this.joinOne(number, attempts - 1, done, failed), retryMs)
        else failed(new Error(`member ${number} was not let in: ${code ?? 'no close code'}`))
      },
    }
  }

  private answer(client: RawClient, payload: Buffer): void {
    const signal = relayedSignal(payload)
    if (signal?.type !== 'offer') return
    client.write(clientFrame(descriptionText('answer', signal.from, this.plan.sdpLength)))
    for (let batch = 0; batch < this.plan.lateBatches; batch += 1) {
      client.write(clientFrame(lateCandidatesText(signal.from)))
    }
  }
}

export function streamOf(swarm: number): string {
  return `https://cdn.example/live/${swarm}/main.m3u8`
}

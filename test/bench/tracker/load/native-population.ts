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

/** Members who stay, and answer whoever offers them a link. */
export class NativePopulation {
  readonly members: NativeMember[] = []
  lost = 0
  private made = 0

  constructor(private readonly plan: LoadPlan) {}

  async join(count: number): Promise<void> {
    const first = this.made
    this.made += count
    await eachOfMany(count, 100, (index, done, failed) => {
      const number = first + index
      const id = memberOf(number)
      const swarm = number % this.plan.swarms
      const client = connectFrom(this.plan, number)
      client.handlers = {
        answered: () => client.send(joinText(streamOf(swarm), id)),
        message: () => {
          client.handlers.message = (payload) => this.answer(client, payload)
          client.handlers.closed = () => (this.lost += 1)
          this.members.push({ id, swarm, client })
          done()
        },
        closed: (code) => failed(new Error(`member ${number} was not let in: ${code ?? 'no close code'}`)),
      }
    })
  }

  /** The member who has been there longest goes away. */
  leaveOldest(): void {
    const oldest = this.members.shift()
    if (!oldest) return
    oldest.client.handlers = {}
    oldest.client.close()
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

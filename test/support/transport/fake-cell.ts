import type { Link } from '../../../client-sdk/src/ports/link.js'
import { Neighbourhood } from '../../../client-sdk/src/transport/neighbourhood.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { Signal } from '../../../protocol/tracker-messages.js'
import { seededRandom } from '../swarm/seeded-random.js'
import type { VirtualClock } from '../swarm/virtual-clock.js'
import { FakeNetwork } from './fake-channel.js'
import { memberId, swarmId } from './member-ids.js'
import { RecordingLinkListener } from './recording-link-listener.js'

/** One member of a {@link FakeCell}, and what its neighbourhood told. */
export interface FakeMember {
  readonly id: MemberId
  readonly neighbourhood: Neighbourhood
  readonly links: Link[]
  readonly heard: RecordingLinkListener[]
  readonly ended: (readonly [MemberId, string])[]
  readonly seeks: { readonly at: number; readonly count: number; readonly except: readonly MemberId[] }[]
  readonly messages: { readonly to: MemberId; readonly signals: readonly Signal[] }[]
}

/** Members whose signals reach each other after a delay, as over a tracker, unless `losesSignals` says otherwise. */
export class FakeCell {
  readonly network: FakeNetwork
  readonly members = new Map<MemberId, FakeMember>()
  losesSignals: (from: MemberId, to: MemberId) => boolean = () => false

  constructor(
    readonly clock: VirtualClock,
    private readonly signalDelayMs = 20,
  ) {
    this.network = new FakeNetwork(clock)
  }

  join(number: number): FakeMember {
    const id = memberId(number)
    const { clock } = this
    const told = { links: [], heard: [], ended: [], seeks: [], messages: [] }
    const member: FakeMember = {
      id,
      ...told,
      neighbourhood: new Neighbourhood(
        id,
        {
          signal: (to, signals) => this.relay(member, to, signals),
          seek: (count, except) => member.seeks.push({ at: clock.now(), count, except }),
          opened: (link) => {
            member.links.push(link)
            member.heard.push(RecordingLinkListener.on(link))
          },
          ended: (other, code) => member.ended.push([other, code]),
        },
        { connector: this.network, clock, random: seededRandom(number) },
      ),
    }
    this.members.set(id, member)
    member.neighbourhood.joined(swarmId(1))
    member.neighbourhood.connect()
    return member
  }

  /** The tracker introduces two members to each other; the first makes the offer. */
  introduce(a: FakeMember, b: FakeMember): void {
    a.neighbourhood.introduce([{ member: b.id, initiate: true }])
    b.neighbourhood.introduce([{ member: a.id, initiate: false }])
  }

  close(): void {
    for (const member of this.members.values()) member.neighbourhood.close()
  }

  private relay(from: FakeMember, to: MemberId, signals: readonly Signal[]): void {
    from.messages.push({ to, signals })
    if (this.losesSignals(from.id, to)) return
    const text = JSON.stringify(signals)
    this.clock.wake(this.clock.now() + this.signalDelayMs, () =>
      this.members.get(to)?.neighbourhood.signalled(from.id, JSON.parse(text) as Signal[]),
    )
  }
}

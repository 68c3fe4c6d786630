import { WebSocket } from 'ws'
import { systemClock } from '../../../client-sdk/src/transport/system-clock.js'
import { TrackerClient, type TrackerState } from '../../../client-sdk/src/transport/tracker-client.js'
import { webSocketConnector, type WebSocketClass } from '../../../client-sdk/src/transport/web-socket.js'
import type { MemberId, StreamId } from '../../../protocol/ids.js'
import { memberId } from '../transport/member-ids.js'

const sockets = webSocketConnector(WebSocket as unknown as WebSocketClass)

/** A viewer without a player: the SDK's own side of the tracker protocol, over a real socket. */
export class FleetViewer {
  readonly member: MemberId
  /** Times it was joined; the first is not a loss. */
  joins = 0
  roster: readonly MemberId[] = []
  /** What the operator decided for its stream. */
  policy = ''
  private readonly client: TrackerClient

  constructor(number: number, url: string, stream: string) {
    this.member = memberId(number)
    const nothing = () => undefined
    this.client = new TrackerClient(
      { url, stream: stream as StreamId, member: this.member, role: 'viewer', uploads: true },
      {
        stateChanged: nothing,
        policyChanged: ({ p2p }) => (this.policy = p2p),
        digestsTold: nothing,
        edgeTold: nothing,
        joined: () => (this.joins += 1),
        rosterChanged: (members) => (this.roster = members.map(({ member }) => member)),
        gone: nothing,
        introduced: nothing,
        signalled: nothing,
        tokenFailed: nothing,
        warned: nothing,
      },
      { sockets, clock: systemClock, random: Math.random },
    )
    this.client.open()
  }

  get state(): TrackerState {
    return this.client.state
  }

  close(): void {
    this.client.close()
  }
}

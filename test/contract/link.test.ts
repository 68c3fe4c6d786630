import type { Channel, PendingChannel } from '../../client-sdk/src/ports/channel.js'
import { simplePeerConnector } from '../../client-sdk/src/transport/simple-peer-channel.js'
import { VirtualClock } from '../support/swarm/virtual-clock.js'
import { CountingClock } from '../support/transport/counting-clock.js'
import { channelPair, FakeNetwork } from '../support/transport/fake-channel.js'
import { openBoth } from '../support/transport/link-pair.js'
import { NodeWebRtc } from '../support/transport/node-webrtc.js'
import { passTime } from '../support/transport/pass-time.js'
import { untilReal, untilVirtual } from '../support/transport/until.js'
import { describeLink } from './link-contract.js'

describeLink('fake channels', async () => {
  const clock = new VirtualClock()
  const network = new FakeNetwork(clock)
  const sides = openBoth(await channelPair(network, () => passTime(clock, 100)), clock)
  await passTime(clock, 100)
  return {
    links: [await sides[0].link, await sides[1].link],
    until: (isSo) => untilVirtual(clock, isSo),
    dispose: () => Promise.resolve(),
  }
})

describeLink('simple-peer', async () => {
  const wrtc = new NodeWebRtc()
  const clock = new CountingClock()
  const connector = simplePeerConnector({ iceServers: [], relayOnly: false, wrtc, clock })
  const ends: PendingChannel[] = []
  const opening = [0, 1].map(
    (side) =>
      new Promise<Channel>((resolve, reject) => {
        ends[side] = connector.connect(side === 0, {
          signal: (signal) => ends[1 - side]?.accept(signal),
          opened: resolve,
          failed: () => reject(new Error('no connection')),
        })
      }),
  )
  const [a, b] = await Promise.all(opening)
  if (!a || !b) throw new Error('no channels')
  const sides = openBoth([a, b], clock)
  return {
    links: [await sides[0].link, await sides[1].link],
    until: untilReal,
    dispose: async () => {
      for (const side of sides) side.close('closed')
      await untilReal(() => wrtc.open + clock.pending === 0)
    },
  }
})

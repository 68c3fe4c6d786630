import { LastingBus } from '../../tracker/src/fleet/lasting-bus.js'
import { openClusterBus } from '../../tracker/src/fleet/open-cluster-bus.js'
import { Broker, brokerKinds } from '../support/fleet/broker.js'
import { MemoryBroker } from '../support/fleet/memory-broker.js'
import { describeClusterBus } from './cluster-bus-contract.js'

describeClusterBus('memory', async () => {
  const broker = new MemoryBroker()
  await broker.start()
  const parts = { dial: broker.dial, name: 'test', random: () => 0 }
  return {
    openBus: (self, listener) => new LastingBus(self, listener, parts),
    start: () => broker.start(),
    kill: () => broker.kill(),
    close: () => broker.kill(),
  }
})

for (const kind of brokerKinds) {
  describeClusterBus(kind, async () => {
    const broker = await Broker.start(kind)
    return {
      openBus: await openClusterBus(broker.url, 'test'),
      start: () => broker.start(),
      kill: () => broker.kill(),
      close: () => broker.close(),
    }
  })
}

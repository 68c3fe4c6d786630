import assert from 'node:assert/strict'
import type { ProcessId } from '../../protocol/fleet-messages.js'
import type { BusListener, ClusterBus, OpenBus } from '../../tracker/src/fleet/cluster-bus.js'

/** A broker under test, and a way to make a bus to it. */
export interface BusSetup {
  readonly openBus: OpenBus
  start(): Promise<void>
  kill(): Promise<void>
  close(): Promise<void>
}

const processId = (number: number) => number.toString(16).padStart(16, '0') as ProcessId

/** A process at the bus, which remembers what it heard. */
class Station implements BusListener {
  readonly heard: string[] = []
  readonly bus: ClusterBus
  state: 'away' | 'connected' = 'away'
  private readonly waiting = new Set<() => void>()

  constructor(
    readonly id: ProcessId,
    openBus: OpenBus,
  ) {
    this.bus = openBus(id, this)
  }

  connected(): void {
    this.state = 'connected'
    this.look()
  }

  disconnected(): void {
    this.state = 'away'
    this.look()
  }

  received(text: string): void {
    this.heard.push(text)
    this.look()
  }

  /** Resolves when the condition holds, now or after something was heard. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return
        this.waiting.delete(look)
        resolve()
      }
      this.waiting.add(look)
      look()
    })
  }

  untilConnected(): Promise<void> {
    return this.until(() => this.state === 'connected')
  }

  untilHeard(text: string): Promise<void> {
    return this.until(() => this.heard.includes(text))
  }

  private look(): void {
    for (const look of this.waiting) look()
  }
}

/** What every {@link ClusterBus} does, whatever the broker. */
export function describeClusterBus(name: string, setUp: () => Promise<BusSetup>): void {
  describe(`the cluster bus over ${name}`, () => {
    let setup: BusSetup
    let stations: Station[]

    beforeEach(async () => {
      setup = await setUp()
      stations = [1, 2, 3].map((number) => new Station(processId(number), setup.openBus))
      await Promise.all(stations.map((station) => station.untilConnected()))
    })
    afterEach(async () => {
      await Promise.all(stations.map(({ bus }) => bus.close()))
      await setup.close()
    })

    const [one, two, three] = [0, 1, 2].map((index) => () => stations[index] as Station) as [
      () => Station,
      () => Station,
      () => Station,
    ]

    it('carries what is for all to all, the sender included', async () => {
      one().bus.publish('all', 'hello ü')
      await Promise.all(stations.map((station) => station.untilHeard('hello ü')))
    })

    it('carries what is for one to that one, and nobody else', async () => {
      one().bus.publish(two().id, 'for two')
      one().bus.publish('all', 'after it')
      await Promise.all(stations.map((station) => station.untilHeard('after it')))
      assert.deepEqual(
        stations.map(({ heard }) => heard),
        [['after it'], ['for two', 'after it'], ['after it']],
      )
    })

    it('keeps the order of one sender, and large texts whole', async () => {
      const texts = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(index * 1000)}`)
      for (const text of texts) two().bus.publish(three().id, text)
      await three().until(() => three().heard.length >= texts.length)
      assert.deepEqual(three().heard, texts)
    })

    it('says when the broker goes, drops what is said meanwhile, and comes back with it', async () => {
      await setup.kill()
      await Promise.all(stations.map((station) => station.until(() => station.state === 'away')))
      one().bus.publish('all', 'into the void')
      await setup.start()
      await Promise.all(stations.map((station) => station.untilConnected()))
      two().bus.publish('all', 'back')
      await Promise.all(stations.map((station) => station.untilHeard('back')))
      assert.ok(!stations.some(({ heard }) => heard.includes('into the void')))
    })

    it('makes a new connection when asked to', async () => {
      one().bus.reconnect()
      assert.equal(one().state, 'away')
      await one().untilConnected()
      two().bus.publish(one().id, 'there again')
      await one().untilHeard('there again')
    })

    it('says nothing more once it is closed, and may be closed again', async () => {
      await one().bus.close()
      two().bus.publish('all', 'who is there')
      await two().untilHeard('who is there')
      await one().bus.close()
      one().bus.publish('all', 'not I')
      two().bus.publish('all', 'last')
      await Promise.all([two(), three()].map((station) => station.untilHeard('last')))
      assert.deepEqual(one().heard, [])
      assert.ok(!two().heard.includes('not I'))
    })
  })

  describe(`the cluster bus over ${name}, before the broker is there`, () => {
    it('waits for it, and can be closed while it waits', async () => {
      const setup = await setUp()
      await setup.kill()
      const [early, given] = [1, 2].map((number) => new Station(processId(number), setup.openBus))
      assert.ok(early && given)
      try {
        await given.bus.close()
        await setup.start()
        await early.untilConnected()
        assert.equal(given.state, 'away')
      } finally {
        await early.bus.close()
        await setup.close()
      }
    })
  })
}

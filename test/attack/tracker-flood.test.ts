import assert from 'node:assert/strict'
import { freePort } from '../support/fleet/free-port.js'
import { TrackerProcess } from '../support/fleet/tracker-process.js'
import { RawClient, loopbackAddress } from '../support/tracker/raw-client.js'
import { median } from '../bench/run-figures.js'
import { joinText, memberOf } from '../bench/tracker/load/native-texts.js'
import { isLong, tell } from './attack-report.js'

const seconds = isLong ? 120 : 10
/** Honest joins per second, each from an address of its own. */
const joinsPerSecond = 20
/** What a flood does in each tenth of a second; both ends are on this machine, so that more would measure itself. */
const perTick = { halfOpen: 6, joins: 30, messages: 200 }
/**
 * Few addresses shall be seen to be stopped within seconds. The valve for a busy event loop is off, since here everybody
 * makes the machine busy: it would turn away honest viewers for what the tests around this one do.
 */
const trackerFlags = [
  '--join-timeout-ms',
  '3000',
  '--joins-per-minute-per-address',
  '200',
  '--loop-delay-max-ms',
  '0',
]
/**
 * The flood, its tracker and the honest viewers share this machine's processors. So the yardstick is the same flood at
 * another tracker beside: what is left is what a flood does to the tracker that it hits.
 */
const rounds = 5
/** Others' joins may take so many times as long. */
const slowdownMax = 2
/**
 * Where a join takes as long beside the flood, something else keeps the processors busy, so that the tracker that has more
 * to do waits longer for each of its turns: what is measured there is the machine, and the bar is a wider one.
 */
const busyMachineMs = 15
const slowdownMaxBusy = 3
const memoryGrowthMax = 150 * 2 ** 20

describe('attack: a flood of joins, messages and half-open sockets at the tracker', function () {
  this.timeout(isLong ? 600_000 : 120_000)

  it('keeps others’ joins within twice the time, and memory bounded', async () => {
    const [tracker, decoy] = await Promise.all([startTracker(), startTracker()])
    try {
      await joinTimes(tracker.port, 1, 0)
      const memoryBefore = await residentBytes(tracker)
      const [control, flooded]: [number[], number[]] = [[], []]
      const floods: Flood[] = []
      // In turn, since what else the machine does changes.
      const mostOf = (calm: number) => calm * (calm < busyMachineMs ? slowdownMax : slowdownMaxBusy)
      for (let round = 0; round < rounds; round += 1) {
        for (const [target, times] of [
          [decoy, control],
          [tracker, flooded],
        ] as const) {
          const flood = new Flood(target.port, 1_000_000 * (1 + floods.length))
          floods.push(flood)
          times.push(...(await joinTimesDuring(flood, tracker.port, 1000 * (1 + floods.length))))
        }
      }
      const grown = (await residentBytes(tracker)) - memoryBefore
      const [calm, wild] = [median(control), median(flooded)]
      assert.ok(control.length >= seconds && flooded.length >= seconds, 'too few joins to judge by')
      assert.ok(wild <= mostOf(calm), `${wild} ms in the flood, ${calm} ms beside it`)
      assert.ok(grown < memoryGrowthMax, `${grown} bytes more`)
      const { members } = (await tracker.stats()).totals
      const sum = (pick: (flood: Flood) => number) => floods.reduce((total, flood) => total + pick(flood), 0)
      tell(
        `at a tracker and at another one beside it, in turn, for ${seconds} s: ${sum((each) => each.halfOpened)} ` +
          `half-open sockets, ${sum((each) => each.attempts)} connections that join and go, ` +
          `${sum((each) => each.messages)} messages, from 5 addresses`,
        `of ${flooded.length} honest joins none was refused; median ${wild.toFixed(1)} ms, and ${calm.toFixed(1)} ms while ` +
          `the other one was flooded (bar ${mostOf(calm).toFixed(1)} ms); ${sum((each) => each.refused)} of the flood refused; memory ` +
          `${(grown / 2 ** 20).toFixed(0)} MiB more; ${members} members left`,
      )
    } finally {
      await Promise.all([tracker.kill('SIGTERM'), decoy.kill('SIGTERM')])
    }
  })
})

async function startTracker(): Promise<TrackerProcess> {
  const tracker = new TrackerProcess(await freePort(), trackerFlags)
  await tracker.start()
  return tracker
}

async function joinTimesDuring(flood: Flood, port: number, firstNumber: number): Promise<number[]> {
  flood.start()
  try {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return await joinTimes(port, seconds / rounds, firstNumber)
  } finally {
    flood.stop()
  }
}

/** How long honest viewers take from connecting to `joined`; fails when one is not let in. */
async function joinTimes(port: number, forSeconds: number, firstNumber: number): Promise<number[]> {
  const times: Promise<number>[] = []
  for (let count = 0; count < forSeconds * joinsPerSecond; count += 1) {
    const time = joinOnce(port, firstNumber + count)
    // Told below, once all are over.
    time.catch(() => undefined)
    times.push(time)
    await new Promise((resolve) => setTimeout(resolve, 1000 / joinsPerSecond))
  }
  return Promise.all(times)
}

function joinOnce(port: number, number: number): Promise<number> {
  const began = performance.now()
  const from = loopbackAddress(20_000 + (number % 20_000))
  const client = new RawClient({ host: '127.0.0.1', port, path: '/', from })
  return new Promise((resolve, reject) => {
    client.handlers = {
      answered: (status) => {
        if (status === 101) client.send(joinText('honest', memberOf(number)))
        else reject(new Error(`an honest viewer was answered with ${status}`))
      },
      message: (payload) => {
        if (payload.includes('"kind":"joined"')) {
          resolve(performance.now() - began)
          client.handlers = {}
          client.close()
        } else reject(new Error(`an honest viewer was told ${payload.toString()}`))
      },
      closed: (code) => reject(new Error(`an honest viewer was closed with ${code}`)),
    }
  })
}

/** Few addresses that send all they can, at a bounded pace. */
class Flood {
  halfOpened = 0
  attempts = 0
  refused = 0
  messages = 0
  private readonly open = new Set<RawClient>()
  private readonly talkers: RawClient[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly port: number,
    private names: number,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), 100)
  }

  stop(): void {
    clearInterval(this.timer)
    for (const client of [...this.open, ...this.talkers]) client.destroy()
  }

  private tick(): void {
    for (let count = 0; count < perTick.halfOpen; count += 1) {
      this.halfOpened += 1
      this.connect(() => {})
    }
    for (let count = 0; count < perTick.joins; count += 1) {
      this.attempts += 1
      this.connect((client) => {
        client.send(joinText('flood', memberOf((this.names += 1))))
        setTimeout(() => client.destroy(), 50)
      })
    }
    while (this.talkers.length < 5) this.talkers.push(this.connect((client) => this.joinAs(client)))
    for (const [index, talker] of this.talkers.entries()) {
      if (talker.socket.destroyed) this.talkers[index] = this.connect((client) => this.joinAs(client))
      else if (talker.isOpen) this.talk(talker)
    }
  }

  private joinAs(client: RawClient): void {
    client.send(joinText('flood', memberOf((this.names += 1))))
  }

  private talk(talker: RawClient): void {
    for (let count = 0; count < perTick.messages / 5; count += 1) {
      this.messages += 1
      talker.send('{"kind":"seek","count":8,"except":[]}')
    }
  }

  private connect(opened: (client: RawClient) => void): RawClient {
    const from = loopbackAddress(this.names % 5)
    this.names += 1
    const client = new RawClient({ host: '127.0.0.1', port: this.port, path: '/', from })
    this.open.add(client)
    client.handlers = {
      answered: (status) => {
        if (status === 101) opened(client)
        else this.refused += 1
      },
      closed: () => void this.open.delete(client),
    }
    return client
  }
}

async function residentBytes(tracker: TrackerProcess): Promise<number> {
  const text = await (await fetch(`${tracker.url.replace('ws:', 'http:')}/metrics`)).text()
  const value = /^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]
  assert.ok(value !== undefined, 'the tracker does not tell its memory')
  return Number(value)
}

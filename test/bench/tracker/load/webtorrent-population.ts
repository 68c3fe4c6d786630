import { clientFrame } from '../../../support/tracker/frames.js'
import type { RawClient } from '../../../support/tracker/raw-client.js'
import { connectFrom, eachOfMany } from './open-clients.js'
import type { LoadPlan } from './plan.js'
import type { Recorder } from './recorder.js'
import { announceText, isAnnounceAnswer } from './webtorrent-texts.js'

interface Announcer {
  readonly client: RawClient
  readonly frame: Buffer
  /** When the announce that is not answered yet was due. */
  dueAt: number | undefined
}

/** Peers on open connections who announce again and again. */
export class WebtorrentPopulation {
  private readonly announcers: Announcer[] = []
  private next = 0
  onAnswered: () => void = () => undefined

  constructor(
    private readonly plan: LoadPlan,
    private readonly recorder: Recorder,
  ) {}

  get size(): number {
    return this.announcers.length
  }

  async start(count: number): Promise<void> {
    const { swarms, offers, sdpLength } = this.plan
    const first = this.announcers.length
    await eachOfMany(count, 100, (index, done, failed) => {
      const peer = first + index
      const swarm = peer % swarms
      const client = connectFrom(this.plan, peer)
      const frame = clientFrame(announceText(peer, swarm, undefined, offers, sdpLength))
      client.handlers = {
        answered: () => client.send(announceText(peer, swarm, 'started', 0, 0)),
        message: (payload) => {
          if (!isAnnounceAnswer(payload)) return
          const announcer: Announcer = { client, frame, dueAt: undefined }
          this.announcers.push(announcer)
          client.handlers.message = (later) => this.receive(announcer, later)
          client.handlers.closed = () => (this.recorder.failed += 1)
          done()
        },
        closed: (code) => failed(new Error(`peer ${peer} was not let in: ${code ?? 'no close code'}`)),
      }
    })
  }

  /** The next one in turn announces. One that still waits for its answer is passed over. */
  announce(dueAt: number): void {
    for (let tried = 0; tried < this.announcers.length; tried += 1) {
      const announcer = this.announcers[this.next % this.announcers.length]
      this.next += 1
      if (!announcer || announcer.dueAt !== undefined) continue
      announcer.dueAt = dueAt
      announcer.client.write(announcer.frame)
      return
    }
    this.recorder.failed += 1
  }

  private receive(announcer: Announcer, payload: Buffer): void {
    if (!isAnnounceAnswer(payload)) {
      this.recorder.relayed += 1
      return
    }
    if (announcer.dueAt === undefined) return
    this.recorder.done += 1
    this.recorder.latency.push(performance.now() - announcer.dueAt)
    announcer.dueAt = undefined
    this.onAnswered()
  }
}

import { EngineDriver } from '../../../client-sdk/src/driver.js'
import { Engine } from '../../../client-sdk/src/engine/engine.js'
import type { EngineInput, WantId } from '../../../client-sdk/src/engine/inputs.js'
import type { EngineOutput } from '../../../client-sdk/src/engine/outputs.js'
import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import { FakeLink, FakePorts } from './fake-ports.js'

export const rendition = 'v1' as RenditionId

export function memberId(number: number): MemberId {
  return number.toString(16).padStart(40, '0') as MemberId
}

export function segment(sequence: number): SegmentIdentity {
  return { rendition, discontinuity: 0, sequence }
}

/** A driver among fakes. Its engine can be made to throw, and says how deep it is entered. */
export class DriverHarness {
  readonly ports = new FakePorts()
  readonly driver = new EngineDriver(
    {
      self: memberId(1),
      cacheBytesMax: 1_000_000,
      uploadBytesPerSecondMax: Number.POSITIVE_INFINITY,
    },
    this.ports,
  )
  readonly inputs: EngineInput[] = []
  /** How many answers the player had when each input was stepped. */
  readonly answersBefore: number[] = []
  deepest = 0
  /** When set, the engine's next step throws it. */
  bug: Error | undefined
  private depth = 0

  constructor() {
    const engine = this.driver['engine']
    engine.step = (now: number, input: EngineInput): EngineOutput[] => {
      this.depth += 1
      this.deepest = Math.max(this.deepest, this.depth)
      this.inputs.push(input)
      this.answersBefore.push(this.ports.player.answers.length)
      try {
        if (this.bug !== undefined) throw this.bug
        return Engine.prototype.step.call(engine, now, input)
      } finally {
        this.depth -= 1
      }
    }
  }

  link(number: number): FakeLink {
    const link = new FakeLink(memberId(number))
    this.driver.addLink(link)
    return link
  }

  want(want: number, identity: SegmentIdentity = segment(1), firstByteTimeoutMs = 10_000): void {
    this.driver.tell({
      kind: 'segment-wanted',
      want: want as WantId,
      segment: identity,
      source: { url: 'https://cdn.example/1', headers: { 'x-a': 'b' } },
      live: true,
      deadline: this.ports.clock.now(),
      firstByteTimeoutMs,
      loadTimeoutMs: 20_000,
    })
  }

  /** The CDN answers the newest fetch in full. */
  serve(bytes: number): void {
    const listener = this.ports.cdn.fetches.at(-1)?.listener
    listener?.started(0, bytes)
    listener?.progressed(new Uint8Array(bytes))
    listener?.ended()
  }
}

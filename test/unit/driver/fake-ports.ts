import type { DriverPorts } from '../../../client-sdk/src/driver.js'
import type { WantId } from '../../../client-sdk/src/engine/inputs.js'
import type { CdnListener, CdnPort, CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import type { Link, LinkListener } from '../../../client-sdk/src/ports/link.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'

/** A CDN that remembers what was asked of it; the test answers. */
export class FakeCdn implements CdnPort {
  readonly fetches: { request: CdnRequest; listener: CdnListener; aborts: number }[] = []

  fetch(request: CdnRequest, listener: CdnListener): { abort(): void } {
    const entry = { request, listener, aborts: 0 }
    this.fetches.push(entry)
    return { abort: () => (entry.aborts += 1) }
  }
}

/** A link that remembers what was sent on it, and closes at once. */
export class FakeLink implements Link {
  bufferedBytes = 0
  readonly closedWith: string[] = []
  readonly messages: WireMessage[] = []
  readonly orders: string[] = []
  listener: LinkListener | undefined

  constructor(readonly member: MemberId) {}

  listen(listener: LinkListener): void {
    this.listener = listener
  }

  sendMessage(message: WireMessage): void {
    this.messages.push(message)
  }

  requestBlock(handle: number, offset: number, length: number): void {
    this.orders.push(`request ${handle} ${offset} ${length}`)
  }

  cancelBlock(handle: number, offset: number, length: number): void {
    this.orders.push(`cancel ${handle} ${offset} ${length}`)
  }

  sendBlock(handle: number, offset: number, bytes: Uint8Array): void {
    this.orders.push(`send ${handle} ${offset} ${bytes.length}`)
    this.bufferedBytes += bytes.length
  }

  rejectBlock(handle: number, offset: number, length: number): void {
    this.orders.push(`reject ${handle} ${offset} ${length}`)
  }

  close(code: string): void {
    this.closedWith.push(code)
    if (this.closedWith.length === 1) this.listener?.closed()
  }
}

export class FakePlayer {
  readonly answers: string[] = []
  /** Called within every call of the driver to the player. */
  react: () => void = () => {}

  progress(want: WantId, loadedBytes: number, totalBytes: number | undefined): void {
    this.answers.push(`progress ${want} ${loadedBytes}/${totalBytes}`)
    this.react()
  }

  deliver(want: WantId, _blocks: readonly Uint8Array[], totalBytes: number): void {
    this.answers.push(`deliver ${want} ${totalBytes}`)
    this.react()
  }

  fail(want: WantId, { kind }: { kind: string }): void {
    this.answers.push(`fail ${want} ${kind}`)
    this.react()
  }
}

/** Everything that a driver is given, under the test's control. */
export class FakePorts implements DriverPorts {
  readonly clock = new VirtualClock()
  readonly cdn = new FakeCdn()
  readonly player = new FakePlayer()
  readonly faults: unknown[] = []

  fault(error: unknown): void {
    this.faults.push(error)
  }
}

import type { Link, LinkListener } from '../../../client-sdk/src/ports/link.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'

/** What a link told, as a list of plain values. */
export type LinkEvent =
  | readonly ['message', WireMessage]
  | readonly ['requested', number, number, number]
  | readonly ['cancelled', number, number, number]
  | readonly ['rejected', number, number, number]
  | readonly ['block', number, number, Uint8Array]
  | readonly ['drained']
  | readonly ['closed']

type EventOf<Kind> = Extract<LinkEvent, readonly [Kind, ...unknown[]]>

/** Writes down everything that a link tells. */
export class RecordingLinkListener implements LinkListener {
  readonly events: LinkEvent[] = []

  static on(link: Link): RecordingLinkListener {
    const listener = new RecordingLinkListener()
    link.listen(listener)
    return listener
  }

  /** Events of this kind. */
  of<Kind extends LinkEvent[0]>(kind: Kind): EventOf<Kind>[] {
    return this.events.filter((event) => event[0] === kind) as unknown as EventOf<Kind>[]
  }

  message(message: WireMessage): void {
    this.events.push(['message', message])
  }

  blockRequested(handle: number, offset: number, length: number): void {
    this.events.push(['requested', handle, offset, length])
  }

  requestCancelled(handle: number, offset: number, length: number): void {
    this.events.push(['cancelled', handle, offset, length])
  }

  blockReceived(handle: number, offset: number, bytes: Uint8Array): void {
    this.events.push(['block', handle, offset, bytes])
  }

  requestRejected(handle: number, offset: number, length: number): void {
    this.events.push(['rejected', handle, offset, length])
  }

  drained(): void {
    this.events.push(['drained'])
  }

  closed(): void {
    this.events.push(['closed'])
  }
}

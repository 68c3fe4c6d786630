import type { Channel } from '../../../client-sdk/src/ports/channel.js'
import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import type { Link } from '../../../client-sdk/src/ports/link.js'
import { openWireLink, type WireLinkEnds } from '../../../client-sdk/src/transport/wire-link.js'
import { memberId, swarmId } from './member-ids.js'

/** One side of a link being opened, and what became of it. */
export interface OpenedSide {
  readonly link: Promise<Link>
  readonly ended: Promise<string>
  close(code: string): void
}

/** Opens a link over one end of a channel. */
export function openSide(channel: Channel, ends: WireLinkEnds, clock: Clock): OpenedSide {
  let opened: (link: Link) => void
  let ended: (code: string) => void
  const side = {
    link: new Promise<Link>((resolve) => (opened = resolve)),
    ended: new Promise<string>((resolve) => (ended = resolve)),
  }
  const opening = openWireLink(channel, ends, clock, {
    opened: (link) => opened(link),
    ended: (code) => ended(code),
  })
  return { ...side, close: (code) => opening.close(code) }
}

/** Members 1 and 2 in swarm 1, at the two ends of a channel; `change` alters what each believes. */
export function openBoth(
  channels: readonly [Channel, Channel],
  clock: Clock,
  change: { readonly first?: Partial<WireLinkEnds>; readonly second?: Partial<WireLinkEnds> } = {},
): [OpenedSide, OpenedSide] {
  const [one, two, swarm] = [memberId(1), memberId(2), swarmId(1)]
  return [
    openSide(channels[0], { self: one, member: two, swarm, ...change.first }, clock),
    openSide(channels[1], { self: two, member: one, swarm, ...change.second }, clock),
  ]
}

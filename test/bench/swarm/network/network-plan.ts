/**
 * A network of namespaces: viewers, each with an uplink of its own, around a hub with the origin and the tracker.
 * A viewer's namespace is joined to the hub's bridge by a pair of interfaces; what leaves the viewer's end goes through
 * a token bucket filter, and what enters does not: downlinks are rarely the bottleneck, and are not limited here.
 */

export interface NetworkPlan {
  /** Where the origin and the tracker listen. */
  readonly hub: { readonly namespace: string; readonly address: string }
  readonly viewers: readonly NetworkViewer[]
  /** Programs and their arguments, in their order. */
  readonly commands: readonly (readonly [string, ...string[]])[]
}

export interface NetworkViewer {
  readonly namespace: string
  readonly address: string
  readonly uplinkKbits: number
}

/** Sixteen packets: enough for a timer tick's worth of the fastest uplink. */
const burst = '24kb'

/** How long a packet may wait in the uplink's queue before the queue drops: a home router's, short of the worst. */
const queueMs = 400

/** Private, and not taken in the namespaces, which hold nothing else. */
const network = '10.77.0'

/** 10.77.0.10 is the first viewer. */
const viewersMax = 240

/** @throws Error for more viewers than the network has addresses. */
export function planNetwork(prefix: string, uplinksKbits: readonly number[]): NetworkPlan {
  if (uplinksKbits.length > viewersMax) throw new Error(`at most ${viewersMax} viewers have an address`)
  const hub = { namespace: `${prefix}-hub`, address: `${network}.1` }
  const viewers = uplinksKbits.map((uplinkKbits, index) => ({
    namespace: `${prefix}-${index}`,
    address: `${network}.${10 + index}`,
    uplinkKbits,
  }))
  return {
    hub,
    viewers,
    commands: [
      ['ip', 'netns', 'add', hub.namespace],
      ...inNamespace(hub.namespace, [
        ['link', 'set', 'lo', 'up'],
        ['link', 'add', 'hub', 'type', 'bridge'],
        ['addr', 'add', `${hub.address}/24`, 'dev', 'hub'],
        ['link', 'set', 'hub', 'up'],
      ]),
      ...viewers.flatMap((viewer, index) => viewerCommands(viewer, index, hub)),
    ],
  }
}

function viewerCommands(
  { namespace, address, uplinkKbits }: NetworkViewer,
  index: number,
  hub: NetworkPlan['hub'],
): [string, ...string[]][] {
  const port = `port${index}`
  const rate = `${uplinkKbits}kbit`
  return [
    ['ip', 'netns', 'add', namespace],
    ...inNamespace(hub.namespace, [
      ['link', 'add', port, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', namespace],
      ['link', 'set', port, 'master', 'hub', 'up'],
    ]),
    ...inNamespace(namespace, [
      ['link', 'set', 'lo', 'up'],
      ['addr', 'add', `${address}/24`, 'dev', 'uplink'],
      ['link', 'set', 'uplink', 'up'],
      // It leads nowhere, but Chromium offers WebRTC the address that a route to the internet would have.
      ['route', 'add', 'default', 'via', hub.address],
    ]),
    ['tc', '-n', namespace, 'qdisc', 'add', 'dev', 'uplink', 'root', 'tbf', 'rate', rate].concat([
      'burst',
      burst,
      'latency',
      `${queueMs}ms`,
    ]) as [string, ...string[]],
  ]
}

function inNamespace(namespace: string, commands: readonly string[][]): [string, ...string[]][] {
  return commands.map((command) => ['ip', '-n', namespace, ...command])
}

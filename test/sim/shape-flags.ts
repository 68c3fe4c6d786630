import { shapes, type SwarmShape } from '../bench/swarm/shapes.js'
import type { UplinkMix } from './uplink-mix.js'

/** What a loopback carries for one response, in Mbit/s: it is never what a segment waits for. */
const loopbackMbit = 400

/**
 * The browser benchmark's shapes that can be had here: players of this model have renditions half of each other, and its links
 * no congestion windows, which are what long round trips matter for.
 */
export const simShapes: readonly SwarmShape[] = shapes.filter(
  ({ ladder, roundTripMs }) => ladder.length === 1 && roundTripMs === undefined,
)

/** The values of flags, by name, that make a run of the browser benchmark's shape. */
export function flagsOfShape(shape: SwarmShape): Readonly<Record<string, unknown>> {
  const { uplinksKbits, churnSeconds } = shape
  const mbit = uplinksKbits?.map((kbits) => kbits / 1000) ?? [Number.POSITIVE_INFINITY]
  return {
    viewers: shape.viewers,
    segmentSeconds: shape.segmentSeconds,
    window: shape.windowSegments,
    bitrate: shape.ladder[0] / 1_000_000,
    cdnFirstByte: shape.originLatencyMs,
    cdnRate: loopbackMbit,
    arrival: (shape.arrivalMs * shape.viewers) / 1000,
    arrivals: 'in-turn',
    uplinks: { kind: 'in-turn', mbit } satisfies UplinkMix,
    paths: 'loopback',
    nat: 'off',
    vanish: 0,
    ...(churnSeconds === undefined ? {} : { replace: churnSeconds }),
  }
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { shapes, type SwarmShape } from '../../bench/swarm/shapes.js'
import { swarmFigures, type SwarmObservations } from '../../bench/swarm/swarm-figures.js'
import { originStats, viewerReport } from './swarm-fixtures.js'

describe('figures of a swarm', () => {
  it('count segments born in the span that are done with', () => {
    const before = originStats([{ sequence: 10, copies: 8 }])
    // 10 is from before; the newest four, 13 to 16, may still be asked for.
    const after = originStats([
      { sequence: 10, copies: 8 },
      { sequence: 11, copies: 1 },
      { sequence: 12, copies: 2 },
      ...[13, 14, 15, 16].map((sequence) => ({ sequence, copies: 7 })),
    ])
    const { copies, segmentsCounted } = swarmFigures(observations({ before, after }))
    deepEqual([copies, segmentsCounted], [1.5, 2])
  })

  it('sum the copies of a segment over its renditions', () => {
    const before = originStats([{ sequence: 10, copies: 8 }])
    const after = originStats([
      { sequence: 11, copies: 1, rendition: 'low' },
      { sequence: 11, copies: 2, rendition: 'high' },
      { sequence: 12, copies: 1, rendition: 'low' },
      { sequence: 12, copies: 2, rendition: 'high' },
      { sequence: 16, copies: 0, rendition: 'low' },
    ])
    const { copies, segmentsCounted, renditionsInUse } = swarmFigures(observations({ before, after }))
    deepEqual([copies, segmentsCounted, renditionsInUse], [3, 2, 2])
  })

  it('count what viewers moved within the span, and all that late comers moved', () => {
    const figures = swarmFigures(
      observations({}, [
        {
          before: viewerReport({ mesh: { cdnBytes: 1000, peerBytes: 0, uploadedBytes: 500 } }),
          after: viewerReport({
            mesh: { cdnBytes: 1100, peerBytes: 300, uploadedBytes: 800, wastedBytes: 40 },
          }),
        },
        {
          before: undefined,
          after: viewerReport({ mesh: { cdnBytes: 100, peerBytes: 300, uploadedBytes: 100 } }),
        },
      ]),
    )
    equal(figures.offload, 600 / 800)
    equal(figures.duplicateShare, 40 / 800)
    // 300 and 100: the busiest gave one and a half times the mean.
    equal(figures.uploadUnevenness, 1.5)
    deepEqual(
      figures.viewers.map(({ uplinkKbits }) => uplinkKbits),
      [undefined, undefined],
    )
  })

  it('count the playlists that viewers ask for, by viewer and minute', () => {
    const { totals, ...rest } = originStats([])
    const at = (nowMs: number, playlistRequests: number) => ({
      ...rest,
      nowMs,
      totals: { ...totals, playlistRequests, witnessPlaylistRequests: 5 * playlistRequests },
    })
    const { playlistRequests } = swarmFigures(observations({ before: at(1000, 40), after: at(31_000, 160) }))
    equal(playlistRequests, 30)
  })

  it('count stalls from the arrival on, also of viewers that left', () => {
    const viewers = [3, 4].map((stalls) => ({
      before: viewerReport({ stalls: 3 }),
      after: viewerReport({ stalls }),
    }))
    const { stalls, stallsInSpan } = swarmFigures(observations({}, viewers))
    deepEqual([stalls, stallsInSpan], [7, 1])
  })

  it('state how long digests take, of segments born in the span', () => {
    const delays = Array.from({ length: 100 }, (_, index) => ({
      bornAt: index < 50 ? 0 : 1000,
      afterMs: index,
    }))
    const viewers = [
      { before: undefined, after: viewerReport({ digestDelays: delays }) },
      { before: undefined, after: viewerReport() },
    ]
    const { digestMs } = swarmFigures({ ...observations({}, viewers), beganAtMs: 1000 })
    deepEqual(digestMs, { median: 74.5, high: 98 })
    equal(swarmFigures(observations({})).digestMs, undefined)
  })

  it('state round trips of all viewers, and of the one that waits longest', () => {
    const fast = Array.from({ length: 20 }, () => 1)
    const slow = Array.from({ length: 20 }, (_, index) => index * 10)
    const { roundTrips } = swarmFigures({ ...observations({}), roundTripsMs: [fast, slow] })
    ok(roundTrips)
    equal(roundTrips.median, 1)
    equal(roundTrips.high, 170)
    equal(roundTrips.worstViewerHigh, 180)
  })
})

function observations(
  origin: Partial<SwarmObservations['origin']>,
  viewers: SwarmObservations['viewers'] = [],
): SwarmObservations {
  return {
    player: 'prismesh',
    shape: shapes.find(({ name }) => name === '8') as SwarmShape,
    origin: { before: originStats([]), after: originStats([]), ...origin },
    viewers,
    cpuSeconds: 0,
    idleShare: 0,
    memoryBytes: 0,
    beganAtMs: 0,
    roundTripsMs: undefined,
  }
}

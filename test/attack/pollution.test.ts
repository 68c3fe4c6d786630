import assert from 'node:assert/strict'
import { until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openViewers, untilPlays } from '../support/browser/viewers.js'
import { NodeStrangers } from '../support/hostile/node-strangers.js'
import type { StrangerOptions } from '../support/hostile/stranger.js'
import { isLong, tell } from './attack-report.js'
import { figuresOf, hostileIn, runUnderAttack } from './swarm-under-attack.js'
import { assertUnharmed, reportsOf, segmentBytesOf, sumOf, verifying, witnessed } from './victims.js'

/** A changed block is thrown away, a second one too, and then the link is closed. */
const changedBlocksMax = 2
const patienceMs = 60_000

describe('attack: members serve changed blocks, old segments as new ones, another rendition', function () {
  this.timeout(isLong ? 300_000 : 150_000)
  // Pictures of their own in every segment: where the origin pads, segments are alike, and an old one is partly right.
  const setup = useRig({ ...witnessed, origin: { graceSegments: 60 } })
  let strangers: NodeStrangers | undefined
  afterEach(() => strangers?.close())

  it('plays none of it, stalls nobody, throws each out after two blocks, and shares on', async () => {
    const { rig } = setup
    const pages = await openViewers(rig, 3, { ...verifying, level: 1 })
    await Promise.all(pages.map((page) => untilPlays(page, 1)))
    const segmentBytes = segmentBytesOf(rig)
    const before = await reportsOf(pages)
    const polluters = polluterOptions(rig.tracker.url, rig.origin.streamUrl)
    strangers = await NodeStrangers.start(polluters)
    await Promise.all(
      pages.map((page) =>
        until(
          page,
          ({ linksClosed }) => linksClosed.filter((code) => code === 'block-changed').length >= 2,
          'two polluters are out',
          patienceMs,
        ),
      ),
    ).catch((error: unknown) => assert.fail(`${String(error)}; ${strangers?.output()}`))
    const polluted = await reportsOf(pages)
    const after = await assertUnharmed(pages, before, isLong ? 60 : 6)
    for (const { mesh } of after) {
      assert.ok((mesh?.changedBlocks ?? 0) <= changedBlocksMax * polluters.length, `${mesh?.changedBlocks}`)
    }
    const recovered = sumOf(after, (mesh) => mesh.peerBytes) - sumOf(polluted, (mesh) => mesh.peerBytes)
    assert.ok(recovered >= segmentBytes, `only ${recovered} bytes are shared after it`)
    const fetched = sumOf(after, (mesh) => mesh.cdnBytes) - sumOf(polluted, (mesh) => mesh.cdnBytes)
    tell(
      `${polluters.length} of ${polluters.length + pages.length} members over WebRTC: changed blocks, segments two older, another rendition`,
      `0 changed bytes played, 0 stalls; each viewer was sent ${after.map(({ mesh }) => mesh?.changedBlocks).join(', ')} bad blocks ` +
        `and closed ${after.map(({ linksClosed }) => linksClosed.filter((code) => code === 'block-changed').length).join(', ')} links with block-changed; ` +
        `after that ${percent(recovered / (recovered + fetched))} from neighbours`,
    )
  })
})

describe('attack: a share of all members serves changed blocks', function () {
  this.timeout(isLong ? 900_000 : 90_000)
  const honest = () => runUnderAttack({})
  let offloadOfHonest: number
  before(() => (offloadOfHonest = honest().offload))

  for (const share of [0.01, 0.1, 0.3]) {
    it(`${share * 100} %: plays none of it, stalls nobody, and shares nearly as before`, () => {
      const result = runUnderAttack({ pollutingShare: share })
      const hostile = hostileIn(result.options)
      assert.ok(hostile > 0, 'nobody was hostile: another seed')
      const least = (1 - share) * offloadOfHonest - 0.05
      assert.ok(result.offload >= least, `offload ${result.offload}, honest ${offloadOfHonest}`)
      tell(
        `${hostile} of ${result.options.viewers} members change every block that they send (simulated)`,
        figuresOf(result),
      )
    })
  }
})

function polluterOptions(tracker: string, streamUrl: string): StrangerOptions[] {
  const common = { tracker, streamUrl }
  const playlist = (name: string) => new URL(`${name}.m3u8`, streamUrl).href
  return [
    { ...common, number: 0xbad1, conduct: 'polluter' },
    {
      ...common,
      number: 0xbad2,
      conduct: 'borrower',
      borrowedFrom: { playlistUrl: playlist('high'), lag: 2 },
    },
    {
      ...common,
      number: 0xbad3,
      conduct: 'borrower',
      borrowedFrom: { playlistUrl: playlist('low'), lag: 0 },
    },
  ]
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}

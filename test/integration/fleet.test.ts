import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startTracker } from '../../tracker/src/server/start-tracker.js'
import { brokerKinds } from '../support/fleet/broker.js'
import { eventually, FleetRig } from '../support/fleet/fleet-rig.js'
import { FleetViewer } from '../support/fleet/fleet-viewer.js'

const crowdSize = 150

for (const kind of brokerKinds) {
  describe(`three trackers and ${kind}`, function () {
    this.timeout(120_000)
    let rig: FleetRig
    let viewers: FleetViewer[]

    before(async () => {
      rig = await FleetRig.start(kind)
      viewers = []
    })
    afterEach(() => viewers.splice(0).forEach((viewer) => viewer.close()))
    after(() => rig.close())

    async function enter(
      stream: string,
      count: number,
      first: number,
      url = rig.url,
    ): Promise<FleetViewer[]> {
      const entered = Array.from({ length: count }, (_, index) => new FleetViewer(first + index, url, stream))
      viewers.push(...entered)
      await untilJoined(entered)
      return entered
    }

    function untilJoined(some: readonly FleetViewer[]): Promise<void> {
      const joined = () => some.filter(({ state }) => state === 'joined').length
      return eventually(
        () => joined() === some.length,
        () => `${joined()} of ${some.length} are joined`,
      )
    }

    async function membersOf(stream: string): Promise<number[]> {
      const all = await Promise.all(rig.trackers.map((tracker) => tracker.stats().catch(() => undefined)))
      return all.map((stats) => stats?.streams.find((listed) => listed.stream === stream)?.members ?? 0)
    }

    /** Until all members of a stream are at one tracker. Those on their way are at none. */
    async function untilGathered(stream: string, total: number): Promise<void> {
      const deadline = performance.now() + 60_000
      for (;;) {
        const members = await membersOf(stream)
        if (members.includes(total) && members.filter((count) => count > 0).length === 1) return
        if (performance.now() > deadline) throw new Error(`not gathered: ${members.join()}`)
        await delay(100)
      }
    }

    it('know each other, and what all have together', async () => {
      await rig.untilKnown(2)
      await enter('known', 9, 1)
      for (const tracker of rig.trackers) {
        await tracker.until(({ fleet }) => fleet?.totals.members === 9, 'nine members in the fleet')
      }
    })

    it('bring a thin stream together, and leave a big one where it is', async () => {
      await rig.untilKnown(2)
      const [crowd, few] = await Promise.all([enter('big', crowdSize, 1), enter('thin', 9, 1001)])
      await untilGathered('thin', 9)
      await untilJoined(few)
      await eventually(
        () => few.every(({ roster }) => roster.length === 8),
        () => `rosters: ${few.map(({ roster }) => roster.length).join()}`,
      )
      assert.ok(crowd.every(({ joins }) => joins === 1))
      assert.ok((await membersOf('big')).every((members) => members > 30))
    })

    it('take over the members of one that is killed, and take it back', async () => {
      await rig.untilKnown(2)
      const crowd = await enter('big', crowdSize, 1)
      await rig.at(0).kill()
      const survivors = rig.trackers.slice(1)
      await Promise.all([
        rig.untilKnown(1, survivors),
        eventually(
          () => crowd.filter(({ joins }) => joins > 1).length >= crowdSize / 4,
          () => 'a third of them come back',
        ),
      ])
      await untilJoined(crowd)
      assert.ok(
        crowd.every(({ joins }) => joins <= 2),
        'nobody else was disturbed',
      )
      assert.ok(crowd.every(({ roster }) => roster.length > 0))
      await rig.at(0).start()
      await rig.untilKnown(2)
    })

    it('go on without the broker, and find each other when it is back', async () => {
      await rig.untilKnown(2)
      const crowd = await enter('big', crowdSize, 1)
      await rig.broker.kill()
      await Promise.all(
        rig.trackers.map((tracker) =>
          tracker.until(({ fleet }) => fleet?.broker === 'away', 'the broker is missed'),
        ),
      )
      await rig.untilKnown(0)
      const late = await enter('big', 30, 2001)
      assert.ok(late.every(({ roster }) => roster.length > 0))
      await rig.broker.start()
      await rig.untilKnown(2)
      assert.ok(crowd.every(({ joins, state }) => joins === 1 && state === 'joined'))
    })

    it('are two fleets while they are split, and one again, with all bans, when that is mended', async () => {
      await rig.untilKnown(2)
      const crowd = await enter('big', crowdSize, 1)
      const [victim] = await enter('big', 1, 3001, rig.at(2).url)
      const operator = await startTracker({
        ...rig.options,
        host: '127.0.0.1',
        port: 0,
        open: true,
        quiet: true,
      })
      try {
        await rig.untilKnown(3)
        rig.lines[2]?.cut(true)
        await Promise.all([
          rig.untilKnown(2, rig.trackers.slice(0, 2)),
          rig.untilKnown(0, rig.trackers.slice(2)),
        ])
        assert.ok(victim)
        operator.ban({ member: victim.member }, 3600)
        assert.equal(victim.state, 'joined')
        rig.lines[2]?.cut(false)
        await rig.untilKnown(3)
        await eventually(
          () => victim.state === 'refused',
          () => `the banned member is ${victim.state}`,
        )
        for (const tracker of rig.trackers) {
          const again = new FleetViewer(3001, tracker.url, 'big')
          viewers.push(again)
          await eventually(
            () => again.state === 'refused',
            () => `at ${tracker.url} the banned member is ${again.state}`,
          )
          assert.equal(again.joins, 0)
        }
        assert.ok(crowd.every(({ joins, state }) => joins === 1 && state === 'joined'))
      } finally {
        await operator.close()
      }
      await rig.untilKnown(2)
    })

    it('are all told what an operator decides at one of them, and a process that starts later', async () => {
      await rig.untilKnown(2)
      const crowd = await enter('governed', 30, 1)
      const folder = mkdtempSync(join(tmpdir(), 'prismesh-fleet-'))
      const token = 'f'.repeat(32)
      writeFileSync(join(folder, 'token'), token)
      const operator = await startTracker({
        ...rig.options,
        host: '127.0.0.1',
        port: 0,
        open: true,
        quiet: true,
        operatorTokenFile: join(folder, 'token'),
      })
      const set = async (method: string, policy?: object) => {
        const { status } = await fetch(`http://127.0.0.1:${operator.port}/operator/policies/governed`, {
          method,
          headers: { Authorization: `Bearer ${token}` },
          ...(policy === undefined ? {} : { body: JSON.stringify(policy) }),
        })
        assert.equal(status, 200)
      }
      const untilAll = (mode: string) =>
        eventually(
          () => crowd.every(({ policy }) => policy === mode),
          () => `policies: ${crowd.map(({ policy }) => policy).join()}`,
        )
      try {
        await rig.untilKnown(3)
        await set('PUT', { p2p: 'off' })
        await untilAll('off')
        await rig.at(1).kill()
        await rig.at(1).start()
        await rig.untilKnown(3)
        const late = new FleetViewer(5001, rig.at(1).url, 'governed')
        viewers.push(late)
        await eventually(
          () => late.policy === 'off',
          () => `a late viewer has ${late.policy}`,
        )
        await set('DELETE')
        await untilAll('on')
      } finally {
        await operator.close()
        rmSync(folder, { recursive: true })
      }
      await rig.untilKnown(2)
    })

    it('come back to a broker that hangs, once it answers', async () => {
      await rig.untilKnown(2)
      rig.broker.freeze(true)
      try {
        await rig.untilKnown(0)
        await enter('big', 10, 4001)
      } finally {
        rig.broker.freeze(false)
      }
      await rig.untilKnown(2)
    })
  })
}

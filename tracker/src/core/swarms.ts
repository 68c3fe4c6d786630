import type { StreamId } from '../../../protocol/ids.js'
import type { ReportRequest } from '../../../protocol/tracker-messages.js'
import { reportedLatencyMsMax } from './bounds.js'
import type { Member } from './member.js'
import { RecentTraffic } from './recent-traffic.js'
import { Swarm } from './swarm.js'
import { addTotals, noTotals, totalsOf, totalsSince, type Totals } from './totals.js'
import type { TrackerKeys } from './tracker-settings.js'

/**
 * The swarms that have members, and what was ever moved. A swarm is forgotten with its last member; the overall
 * totals are counted beside the swarms' own, so they never go back.
 */
export class Swarms {
  readonly byStream = new Map<StreamId, Swarm>()
  totals: Totals = noTotals
  readonly recent = new RecentTraffic()
  memberCount = 0

  constructor(
    private readonly keys: TrackerKeys,
    private readonly cellMembersMax: number,
  ) {}

  /** The stream's swarm, which is new if nobody is on it. */
  open(stream: StreamId): Swarm {
    const known = this.byStream.get(stream)
    if (known) return known
    const swarm = new Swarm(stream, this.keys.swarmIdOf(stream), this.cellMembersMax)
    this.byStream.set(stream, swarm)
    return swarm
  }

  add(member: Member): void {
    member.swarm.add(member)
    this.memberCount += 1
  }

  remove(member: Member): void {
    member.swarm.remove(member)
    this.memberCount -= 1
  }

  freeIfEmpty(swarm: Swarm): void {
    if (swarm.members.size === 0) this.byStream.delete(swarm.stream)
  }

  count(now: number, member: Member, report: ReportRequest): void {
    const told = totalsOf(report)
    const added = totalsSince(told, member.reported, now - member.reportedAt)
    member.reported = told
    member.reportedAt = now
    member.uploadRule = report.uploadRule
    member.swarm.totals = addTotals(member.swarm.totals, added)
    this.totals = addTotals(this.totals, added)
    const { latencyMs } = report
    const latency = latencyMs === undefined ? undefined : Math.min(latencyMs, reportedLatencyMsMax)
    member.swarm.recent.add(now, added, latency)
    this.recent.add(now, added, latency)
  }
}

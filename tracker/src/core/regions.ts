import { groupCountry, groupRegion } from './place.js'
import type { Swarm } from './swarm.js'

/** The members from one region, or from one country where no more is known. */
export interface RegionStats {
  /** ISO 3166-1, such as `CN`; absent where even that is unknown. */
  readonly country?: string
  /** ISO 3166-2, such as `CN-HN`. */
  readonly region?: string
  readonly members: number
}

/** Regions that are listed; the members of the smallest ones are left out beyond. */
const regionsListedMax = 500

/** Where the members of all streams are, the most first. By the operator's database alone: no address is looked at. */
export function regionStats(swarms: Iterable<Swarm>): readonly RegionStats[] {
  const counts = new Map<string, { readonly groups: readonly string[]; members: number }>()
  for (const { members } of swarms) {
    for (const { groups } of members.values()) {
      const key = groupRegion(groups) ?? groupCountry(groups) ?? ''
      const count = counts.get(key)
      if (count) count.members += 1
      else counts.set(key, { groups, members: 1 })
    }
  }
  return [...counts.values()]
    .toSorted((one, other) => other.members - one.members)
    .slice(0, regionsListedMax)
    .map(({ groups, members }) => {
      const [country, region] = [groupCountry(groups), groupRegion(groups)]
      return {
        ...(country === undefined ? {} : { country }),
        ...(region === undefined ? {} : { region }),
        members,
      }
    })
}

/**
 * Where a connection comes from, as far as it is known. It says which members are near each other, and nothing by which
 * an address could be found again.
 */
export interface Place {
  /** Keyed names of the networks around the address, the smallest first, such as its /24 and its /16. */
  readonly networks: readonly string[]
  /** What the operator calls the place. */
  readonly site?: string
  /** Number of the autonomous system: the network of one provider. */
  readonly asn?: number
  /** ISO 3166-2, such as `CN-HN`. */
  readonly region?: string
  /** ISO 3166-1, such as `CN`. */
  readonly country?: string
}

/** A place of which nothing is known. */
export const nowhere: Place = Object.freeze({ networks: [] })

const regionPrefix = 'region '
const countryPrefix = 'country '

/**
 * The groups of members that are near to a place, the nearest first: what the operator calls one site, the same small
 * network, the same provider (in the same region first), the same region, the same country. Where the provider is not
 * known, the larger network stands for it.
 */
export function nearGroups({ networks, site, asn, region, country }: Place): string[] {
  const [small, large] = networks
  const groups: string[] = []
  if (site !== undefined) groups.push(`site ${site}`)
  if (small !== undefined) groups.push(`net ${small}`)
  if (asn !== undefined && region !== undefined) groups.push(`as ${asn} ${region}`)
  if (asn !== undefined) groups.push(`as ${asn}`)
  else if (large !== undefined) groups.push(`net ${large}`)
  if (region !== undefined) groups.push(`${regionPrefix}${region}`)
  if (country !== undefined) groups.push(`${countryPrefix}${country}`)
  return groups
}

/** The country that the groups of a place name. */
export function groupCountry(groups: readonly string[]): string | undefined {
  return groups.find((name) => name.startsWith(countryPrefix))?.slice(countryPrefix.length)
}

/** The region that the groups of a place name. */
export function groupRegion(groups: readonly string[]): string | undefined {
  return groups.find((name) => name.startsWith(regionPrefix))?.slice(regionPrefix.length)
}

import type { Random } from '../../../client-sdk/src/ports/random.js'
import { cellMembersMax } from '../../../protocol/limits.js'
import type { PlacedMember } from './placed-member.js'
import type { PlacedSwarm } from './placed-swarm.js'

/** How well a swarm is placed at a moment. Shares are 0 to 1. */
export interface PlacementFigures {
  readonly members: number
  readonly cells: number
  /** Cells that would do. */
  readonly cellsLeast: number
  readonly linksPerMember: number
  readonly sameProvider: number
  readonly sameCountry: number
  readonly sameRendition: number
  /** The same of as many pairs drawn at random from the same members. */
  readonly randomProvider: number
  readonly randomCountry: number
  /** Links that lead out of the cell. */
  readonly outsideCell: number
  /** Hops between the two members of a cell that are farthest apart, over the links within it: mean and worst. */
  readonly diameterMean: number
  readonly diameterMax: number
  /** Members that a path of links within their cell does not connect with most of it. */
  readonly cutOff: number
  /** Members with fewer than three links to anybody, wherever. */
  readonly lonely: number
  /** Members without uploads that have fewer than four givers, and without any. */
  readonly takersShort: number
  readonly takersWithout: number
}

export function measurePlacement(swarm: PlacedSwarm, random: Random): PlacementFigures {
  const members = [...swarm.members.values()]
  const cells = swarm.cells()
  const links = members.flatMap((one) => [...one.links].map((other) => [one, other] as const))
  const pairs = links.map(() => [draw(members, random), draw(members, random)] as const)
  const shapes = cells.filter((cell) => cell.length > 1).map(shapeOf)
  const takers = members.filter(({ viewer }) => !viewer.uploads)
  const giversOf = (taker: PlacedMember) => [...taker.links].filter(({ viewer }) => viewer.uploads).length
  const cellOf = new Map(cells.flatMap((cell, index) => cell.map((member) => [member, index] as const)))
  return {
    members: members.length,
    cells: cells.length,
    cellsLeast: Math.ceil(members.length / cellMembersMax),
    linksPerMember: links.length / members.length,
    sameProvider: shareOf(links, sameProvider),
    sameCountry: shareOf(links, sameCountry),
    sameRendition: shareOf(links, (one, other) => one.viewer.rendition === other.viewer.rendition),
    randomProvider: shareOf(pairs, sameProvider),
    randomCountry: shareOf(pairs, sameCountry),
    outsideCell: shareOf(links, (one, other) => cellOf.get(one) !== cellOf.get(other)),
    diameterMean: shapes.reduce((sum, { diameter }) => sum + diameter, 0) / shapes.length,
    diameterMax: Math.max(...shapes.map(({ diameter }) => diameter)),
    cutOff: shapes.reduce((sum, shape) => sum + shape.cutOff, 0) / members.length,
    lonely: members.filter((member) => member.links.size < 3).length / members.length,
    takersShort: takers.filter((taker) => giversOf(taker) < 4).length / Math.max(1, takers.length),
    takersWithout: takers.filter((taker) => giversOf(taker) === 0).length / Math.max(1, takers.length),
  }
}

type Pair = readonly [PlacedMember, PlacedMember]

function shareOf(pairs: readonly Pair[], has: (one: PlacedMember, other: PlacedMember) => boolean): number {
  return pairs.filter(([one, other]) => has(one, other)).length / Math.max(1, pairs.length)
}

function sameProvider({ viewer: { place } }: PlacedMember, other: PlacedMember): boolean {
  return place.asn === other.viewer.place.asn
}

function sameCountry({ viewer: { place } }: PlacedMember, other: PlacedMember): boolean {
  return place.country === other.viewer.place.country
}

/** Of the largest connected part the diameter, and how many are not in it. */
function shapeOf(cell: readonly PlacedMember[]): { diameter: number; cutOff: number } {
  const inside = new Set(cell)
  let diameter = 0
  let largest = 0
  for (const member of cell) {
    const { reached, hops } = reachFrom(member, inside)
    if (reached > largest) diameter = 0
    largest = Math.max(largest, reached)
    if (reached === largest) diameter = Math.max(diameter, hops)
  }
  return { diameter, cutOff: cell.length - largest }
}

function reachFrom(
  start: PlacedMember,
  inside: ReadonlySet<PlacedMember>,
): { reached: number; hops: number } {
  const hopsTo = new Map([[start, 0]])
  let hops = 0
  for (const [member, distance] of hopsTo) {
    hops = distance
    for (const next of member.links) {
      if (inside.has(next) && !hopsTo.has(next)) hopsTo.set(next, distance + 1)
    }
  }
  return { reached: hopsTo.size, hops }
}

function draw(members: readonly PlacedMember[], random: Random): PlacedMember {
  return members[Math.floor(random() * members.length)] as PlacedMember
}

import type { MemberId } from '../../protocol/ids.js'
import type { Random } from '../../client-sdk/src/ports/random.js'
import { seededRandom } from '../support/swarm/seeded-random.js'
import { drawNat, type NatKind } from './nat.js'
import type { SimOptions } from './sim-options.js'
import { drawUplink, type DrawnUplink } from './uplink-mix.js'

/** What a member does that it should not. */
export type Fault = 'none' | 'slow' | 'silent' | 'lying' | 'polluting'

/** A viewer as drawn from the seed: the same one with and without Prismesh. */
export interface Person {
  readonly index: number
  readonly member: MemberId
  readonly willing: boolean
  readonly uplink: DrawnUplink
  readonly nat: NatKind
  readonly hidden: boolean
  readonly fault: Fault
  /** One way to the nearest exchange, in ms. */
  readonly accessMs: number
  readonly arrivesAtMs: number
  /** Infinity: stays. */
  readonly staysMs: number
  readonly vanishes: boolean
  /** Which of two sides of a partition it is on, if its share is above this. */
  readonly side: number
  readonly rendition: number
  /** For what happens to it later. */
  readonly random: Random
}

/** A slow member's uplink: less than any of the mix. */
const slowBytesPerSecond = 12_500

export function drawPerson(options: SimOptions, index: number): Person {
  const random = seededRandom(Math.imul(options.seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b))
  const willing = random() < options.willingShare
  const uplink = drawUplink(options.uplinks, index % options.viewers, random)
  const nat = drawNat(random)
  const hidden = random() < options.hiddenShare
  const fault = drawFault(options, random())
  const accessMs = 3 + 17 * random()
  const arrival = random()
  const stay = -Math.log(1 - random()) / Math.LN2
  return {
    index,
    member: memberIdOf(random),
    willing,
    uplink: fault === 'slow' ? { ...uplink, usableBytesPerSecond: slowBytesPerSecond } : uplink,
    nat: options.nat ? nat : 'open',
    hidden,
    fault,
    accessMs,
    arrivesAtMs: options.arrivalMs * (options.arrivals === 'in-turn' ? index / options.viewers : arrival),
    staysMs: options.stayMedianMs === undefined ? Number.POSITIVE_INFINITY : stay * options.stayMedianMs,
    vanishes: random() < options.vanishShare,
    side: random(),
    rendition: Math.floor(random() * options.renditions),
    random,
  }
}

function drawFault(options: SimOptions, place: number): Fault {
  const { slowShare, silentShare, lyingShare, pollutingShare } = options
  if (place < slowShare) return 'slow'
  if (place < slowShare + silentShare) return 'silent'
  const others = slowShare + silentShare + lyingShare
  if (place < others) return 'lying'
  return place < others + pollutingShare ? 'polluting' : 'none'
}

function memberIdOf(random: Random): MemberId {
  const word = (): string =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0')
  return [word(), word(), word(), word(), word()].join('') as MemberId
}

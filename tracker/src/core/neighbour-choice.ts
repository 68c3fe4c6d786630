import type { MemberId } from '../../../protocol/ids.js'
import type { Bucket } from './bucket.js'
import type { Crowd } from './crowd.js'
import {
  giversAmong,
  giversPerTaker,
  giversSpare,
  hasRoomFor,
  mayBePaired,
  takersBeyond,
  takersPerTakerMax,
} from './link-budgets.js'
import type { Member } from './member.js'
import type { Random } from './tracker-settings.js'

/**
 * What each of eight picks looks for: five the nearest there are, two anybody suitable, one anybody at all, so that the
 * mesh falls apart neither by network nor by rendition.
 */
const pattern = ['near', 'near', 'wild', 'near', 'any', 'near', 'near', 'any'] as const
type Aim = (typeof pattern)[number]

/**
 * Members looked at for one pick. Two are what keeps degrees even (Mitzenmacher, 2001: the less linked of two, where
 * always taking the least linked sends every newcomer to the same member); two more find one of the same rendition.
 */
const drawsPerPick = 4

/** Chooses neighbours for one seeker. The cost grows with the number chosen, not with the size of the cell. */
class NeighbourChoice {
  private readonly chosen = new Set<Member>()
  private picks: number

  constructor(
    private readonly seeker: Member,
    private readonly except: ReadonlySet<MemberId>,
    private readonly random: Random,
    count: number,
  ) {
    // Those who ask for one or two shall not always get what the pattern begins with.
    this.picks = count < pattern.length ? Math.floor(random() * pattern.length) : 0
  }

  /** For one that gives: other givers first, then takers that have too few of them, then whoever is left. */
  forGiver(count: number): Member[] {
    const { cell } = this.seeker
    const enough = giversPerTaker(cell) + giversSpare
    this.fill(giversAmong(count, cell), cell.givers)
    this.fill(count + takersBeyond(count, cell), cell.takers, (taker) => taker.giverPairs < enough)
    this.fill(count, cell.givers)
    this.fill(count, cell.givers, undefined, mayBePaired)
    return [...this.chosen]
  }

  /** For one that takes: givers, as many as it may have; a few takers if there is no giver at all. */
  forTaker(count: number, has: number): Member[] {
    const { cell } = this.seeker
    this.fill(Math.min(count, giversPerTaker(cell) - has), cell.givers)
    if (this.isWithoutGiver()) this.fill(1, cell.givers, undefined, mayBePaired)
    if (this.isWithoutGiver()) this.fill(Math.min(count, takersPerTakerMax - has), cell.takers)
    return [...this.chosen]
  }

  /** Givers only, for one that has too few. */
  givers(count: number): Member[] {
    this.fill(count, this.seeker.cell.givers)
    this.fill(count, this.seeker.cell.givers, undefined, mayBePaired)
    return [...this.chosen]
  }

  private isWithoutGiver(): boolean {
    return this.chosen.size === 0 && this.seeker.giverPairs === 0
  }

  private fill(
    count: number,
    crowd: Crowd,
    suits: (other: Member) => boolean = () => true,
    hasRoom: (other: Member, seeker: Member) => boolean = hasRoomFor,
  ): void {
    const fits = (other: Member) =>
      other !== this.seeker &&
      !this.chosen.has(other) &&
      !this.except.has(other.id) &&
      hasRoom(other, this.seeker) &&
      suits(other) &&
      !this.seeker.introduced.has(other.id) &&
      !this.seeker.isApartFrom(other.id)
    while (this.chosen.size < count) {
      const pick = this.pick(crowd, pattern[this.picks % pattern.length] ?? 'any', fits)
      if (!pick) return
      this.picks += 1
      this.chosen.add(pick)
    }
  }

  private pick(crowd: Crowd, aim: Aim, fits: (other: Member) => boolean): Member | undefined {
    if (aim === 'wild') return crowd.all.draw(this.random, fits)
    if (aim === 'near') {
      // Who is near and follows another rendition has nothing to give; one farther away has.
      const helps = (other: Member) => other.rendition === this.seeker.rendition && fits(other)
      for (const group of this.seeker.groups) {
        const bucket = crowd.group(group)
        const found = bucket && this.best(bucket, helps)
        if (found) return found
      }
    }
    return this.best(crowd.all, fits)
  }

  private best(bucket: Bucket, fits: (other: Member) => boolean): Member | undefined {
    let best: Member | undefined
    for (let draws = 0; draws < Math.min(drawsPerPick, bucket.size); draws += 1) {
      const drawn = bucket.draw(this.random, fits)
      if (!drawn) return undefined
      if (!best || this.isBetter(drawn, best)) best = drawn
      if (draws > 0 && best.rendition === this.seeker.rendition) break
    }
    return best
  }

  private isBetter(one: Member, other: Member): boolean {
    const follows = one.rendition === this.seeker.rendition
    if (follows !== (other.rendition === this.seeker.rendition)) return follows
    return loadOf(one) < loadOf(other)
  }
}

/** Of givers how many they are paired with, of takers how many serve them. */
function loadOf(member: Member): number {
  return member.uploads ? member.introduced.size : member.giverPairs
}

/** Chooses up to `count` neighbours out of the cell of a seeker that has `has` already. */
export function chooseNeighbours(
  seeker: Member,
  count: number,
  has: number,
  except: ReadonlySet<MemberId>,
  random: Random,
): Member[] {
  if (count <= 0) return []
  const choice = new NeighbourChoice(seeker, except, random, count)
  return seeker.uploads ? choice.forGiver(count) : choice.forTaker(count, has)
}

/** Chooses up to `count` members that give. */
export function chooseGivers(seeker: Member, count: number, random: Random): Member[] {
  return count <= 0 ? [] : new NeighbourChoice(seeker, new Set(), random, count).givers(count)
}

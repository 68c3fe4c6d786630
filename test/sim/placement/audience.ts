import type { Random } from '../../../client-sdk/src/ports/random.js'
import type { Place } from '../../../tracker/src/core/place.js'
import { countries, type Country } from './providers.js'

/** A viewer as the tracker sees one come. */
export interface Viewer {
  readonly place: Place
  readonly uploads: boolean
  readonly rendition: string
}

/** Share of viewers who give, of those who were asked (DESIGN: 30 to 51 %). */
const givingShare = 0.4

/** Renditions of a stream, and the share of viewers that an adaptive player keeps on each. */
const renditions = [
  ['1080p', 0.45],
  ['720p', 0.35],
  ['480p', 0.14],
  ['240p', 0.06],
] as const

/** Viewers that share a /24 or /48 on average: 256 lines, of which few watch the same stream. */
const viewersPerSmallNetwork = 3
/** Small networks in a large one of one provider. */
const smallPerLarge = 32

/** Draws viewers of an audience of about `size`. */
export class Audience {
  constructor(
    private readonly size: number,
    private readonly random: Random,
  ) {}

  draw(): Viewer {
    const country = pick(countries, ({ share }) => share, this.random)
    const { asn, share } = this.provider(country)
    // Larger regions have more viewers: the square of an even draw.
    const region = Math.floor(this.random() ** 2 * country.regions)
    const networks = Math.max(1, (this.size * country.share * share) / viewersPerSmallNetwork)
    const small = Math.floor(this.random() * networks)
    const [rendition] = pick(renditions, ([, weight]) => weight, this.random)
    return {
      place: {
        networks: [`${asn}-${small}`, `${asn}-${Math.floor(small / smallPerLarge)}`],
        asn,
        region: `${country.code}-${region}`,
        country: country.code,
      },
      uploads: this.random() < givingShare,
      rendition,
    }
  }

  /** A large one, or one of the many small ones, the first of which is the largest (Zipf). */
  private provider({ code, providers, others }: Country): { asn: number; share: number } {
    let left = this.random() * 100
    for (const [asn, percent] of providers) {
      left -= percent
      if (left < 0) return { asn, share: percent / 100 }
    }
    const rest = 100 - providers.reduce((sum, [, percent]) => sum + percent, 0)
    const rank = Math.floor((others + 1) ** this.random())
    // Numbers for private use, a block for each country.
    const block = 4_200_000_000 + countries.findIndex((country) => country.code === code) * 1000
    return { asn: block + rank, share: rest / 100 / (rank * Math.log(others + 1)) }
  }
}

/** Draws by weights that add up to about 1; the last takes the rest. */
function pick<Value>(values: readonly Value[], weight: (value: Value) => number, random: Random): Value {
  let left = random()
  for (const value of values) {
    left -= weight(value)
    if (left < 0) return value
  }
  return values.at(-1) as Value
}

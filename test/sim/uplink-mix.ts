import type { Random } from '../../client-sdk/src/ports/random.js'

/** One kind of line, and which part of people has it. */
export interface UplinkClass {
  readonly share: number
  /** Range of what the line carries upwards, in Mbit/s. */
  readonly mbitMin: number
  readonly mbitMax: number
}

/** Homes as they are: 10 % 1-2, 30 % 5-10, 35 % 20-40, 25 % 50-100 Mbit/s. */
export const homeUplinks: readonly UplinkClass[] = [
  { share: 0.1, mbitMin: 1, mbitMax: 2 },
  { share: 0.3, mbitMin: 5, mbitMax: 10 },
  { share: 0.35, mbitMin: 20, mbitMax: 40 },
  { share: 0.25, mbitMin: 50, mbitMax: 100 },
]

/** Half of an uplink may be used, and at most 8 Mbit/s of it. */
const usableShare = 0.5
const usableMbitMax = 8

/** A viewer's uplink. */
export interface DrawnUplink {
  /** Which class of the mix it is of. */
  readonly kind: number
  readonly usableBytesPerSecond: number
}

export function drawUplink(mix: readonly UplinkClass[], random: Random): DrawnUplink {
  let left = random()
  const place = random()
  const found = mix.findIndex(({ share }) => {
    left -= share
    return left < 0
  })
  const kind = found === -1 ? mix.length - 1 : found
  const { mbitMin = 0, mbitMax = 0 } = mix[kind] ?? {}
  const mbit = mbitMin + place * (mbitMax - mbitMin)
  return { kind, usableBytesPerSecond: (Math.min(usableMbitMax, mbit * usableShare) * 1_000_000) / 8 }
}

/**
 * Reads `homes`, or a list of uplinks in Mbit/s such as `1.5,3,5,8`, of which each has the same share and all may be
 * used: so twice the figure, of which half is usable. Undefined: neither.
 */
export function readUplinkMix(text: string): readonly UplinkClass[] | undefined {
  if (text === 'homes') return homeUplinks
  const rates = text.split(',').map(Number)
  if (rates.some((rate) => !(rate > 0 && rate <= usableMbitMax))) return undefined
  return rates.map((rate) => ({
    share: 1 / rates.length,
    mbitMin: rate / usableShare,
    mbitMax: rate / usableShare,
  }))
}

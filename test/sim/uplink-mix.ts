import type { Random } from '../../client-sdk/src/ports/random.js'

/** One kind of line, and which part of people has it. */
export interface UplinkClass {
  readonly share: number
  /** Range of what the line carries upwards, in Mbit/s. */
  readonly mbitMin: number
  readonly mbitMax: number
}

/** Whose uplinks people have: each draws one of the classes, or they have these in turn, Mbit/s, all of it usable. */
export type UplinkMix =
  | { readonly kind: 'drawn'; readonly classes: readonly UplinkClass[] }
  | { readonly kind: 'in-turn'; readonly mbit: readonly number[] }

/** Homes as they are: 10 % 1-2, 30 % 5-10, 35 % 20-40, 25 % 50-100 Mbit/s. */
export const homeUplinks: UplinkMix = {
  kind: 'drawn',
  classes: [
    { share: 0.1, mbitMin: 1, mbitMax: 2 },
    { share: 0.3, mbitMin: 5, mbitMax: 10 },
    { share: 0.35, mbitMin: 20, mbitMax: 40 },
    { share: 0.25, mbitMin: 50, mbitMax: 100 },
  ],
}

/** Half of an uplink may be used, and at most 8 Mbit/s of it. */
const usableShare = 0.5
const usableMbitMax = 8

/** Above this a list's uplink is better called unlimited. */
const listedMbitMax = 1000

/** A viewer's uplink. */
export interface DrawnUplink {
  /** Which class of the mix it is of. */
  readonly kind: number
  readonly usableBytesPerSecond: number
}

/** The uplink of the viewer with this number. */
export function drawUplink(mix: UplinkMix, index: number, random: Random): DrawnUplink {
  const choice = random()
  const place = random()
  if (mix.kind === 'in-turn') {
    const kind = index % mix.mbit.length
    return { kind, usableBytesPerSecond: bytesPerSecond(mix.mbit[kind] ?? 0) }
  }
  const kind = classAt(mix.classes, choice)
  const { mbitMin = 0, mbitMax = 0 } = mix.classes[kind] ?? {}
  const mbit = mbitMin + place * (mbitMax - mbitMin)
  return { kind, usableBytesPerSecond: bytesPerSecond(Math.min(usableMbitMax, mbit * usableShare)) }
}

/** Reads `homes`, `unlimited`, or a list of uplinks in Mbit/s such as `1.5,3,5,8`. Undefined: none of them. */
export function readUplinkMix(text: string): UplinkMix | undefined {
  if (text === 'homes') return homeUplinks
  if (text === 'unlimited') return { kind: 'in-turn', mbit: [Number.POSITIVE_INFINITY] }
  const mbit = text.split(',').map(Number)
  return mbit.every((rate) => rate > 0 && rate <= listedMbitMax) ? { kind: 'in-turn', mbit } : undefined
}

function classAt(classes: readonly UplinkClass[], choice: number): number {
  let left = choice
  const found = classes.findIndex(({ share }) => {
    left -= share
    return left < 0
  })
  return found === -1 ? classes.length - 1 : found
}

function bytesPerSecond(mbit: number): number {
  return (mbit * 1_000_000) / 8
}

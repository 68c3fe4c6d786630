import type { Random } from '../../client-sdk/src/ports/random.js'

/** What a home's router lets in. `none`: everything, as if there were no NAT. */
export type NatKind = 'open' | 'address-restricted' | 'port-restricted' | 'symmetric'

/** Which part of people has which NAT: with these, 76 % of pairs connect without a relay. */
const natShares: readonly (readonly [NatKind, number])[] = [
  ['open', 0.15],
  ['address-restricted', 0.25],
  ['port-restricted', 0.35],
  ['symmetric', 0.25],
]

export function drawNat(random: Random): NatKind {
  let left = random()
  for (const [kind, share] of natShares) {
    left -= share
    if (left < 0) return kind
  }
  return 'symmetric'
}

/** Whether hole punching succeeds between two: a symmetric NAT needs a partner that does not look at ports. */
export function connects(a: NatKind, b: NatKind): boolean {
  const kinds = [a, b]
  if (!kinds.includes('symmetric')) return true
  return kinds.includes('open') || kinds.includes('address-restricted')
}

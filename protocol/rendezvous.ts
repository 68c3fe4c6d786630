/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): everyone who knows the same members and the same segment
 * computes the same order of members, without talking. The hash is FNV-1a over UTF-16 units with the MurmurHash3
 * finaliser, which spreads FNV's weak low bits; it need not resist attack, because a rank is only a politeness.
 */
export function rendezvousScore(member: string, subject: string): number {
  let hash = 0x811c9dc5
  hash = mix(hash, member)
  hash = mix(hash ^ 0x2f, subject)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  hash ^= hash >>> 16
  return hash >>> 0
}

/** How many of `others` come before `self` for this subject: 0 means that `self` is first. */
export function rendezvousRank(self: string, others: Iterable<string>, subject: string): number {
  const own = rendezvousScore(self, subject)
  let rank = 0
  for (const other of others) {
    if (other === self) continue
    const score = rendezvousScore(other, subject)
    if (score < own || (score === own && other < self)) rank += 1
  }
  return rank
}

function mix(seed: number, text: string): number {
  let hash = seed
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash
}

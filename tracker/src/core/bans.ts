import type { MemberId } from '../../../protocol/ids.js'

/** What a ban names: `member:<member id>` or `token:<name of the token>`. Never an address. */
export type BanSubject = `member:${string}` | `token:${string}`

export function isBanSubject(text: string): text is BanSubject {
  return /^(?:member:[0-9a-f]{40}|token:.{1,400})$/.test(text)
}

/** The subjects by which a connection can be banned. */
export function banSubjectsOf(member: MemberId | undefined, token: string | undefined): BanSubject[] {
  const subjects: BanSubject[] = []
  if (member !== undefined) subjects.push(`member:${member}`)
  if (token !== undefined) subjects.push(`token:${token}`)
  return subjects
}

export interface BanEntry {
  readonly subject: BanSubject
  readonly endsInMs: number
}

/** Who may not join, and until when. Bounded: of too many, the one that ends first goes. */
export class Bans {
  private readonly ends = new Map<BanSubject, number>()

  constructor(private readonly bansMax: number) {}

  get size(): number {
    return this.ends.size
  }

  set(now: number, subject: BanSubject, forMs: number): void {
    this.ends.delete(subject)
    if (forMs <= 0) return
    if (this.ends.size >= this.bansMax) this.makeRoom(now)
    this.ends.set(subject, now + forMs)
  }

  has(now: number, subject: BanSubject): boolean {
    const endsAt = this.ends.get(subject)
    if (endsAt === undefined) return false
    if (endsAt > now) return true
    this.ends.delete(subject)
    return false
  }

  /** Those that have not ended. */
  entries(now: number): BanEntry[] {
    return [...this.ends]
      .filter(([, endsAt]) => endsAt > now)
      .map(([subject, endsAt]) => ({ subject, endsInMs: endsAt - now }))
  }

  private makeRoom(now: number): void {
    let first: BanSubject | undefined
    let least = Infinity
    for (const [subject, endsAt] of this.ends) {
      if (endsAt <= now) this.ends.delete(subject)
      else if (endsAt < least) [first, least] = [subject, endsAt]
    }
    if (first !== undefined && this.ends.size >= this.bansMax) this.ends.delete(first)
  }
}

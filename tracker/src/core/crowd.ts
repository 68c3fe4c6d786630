import { Bucket } from './bucket.js'
import type { Member } from './member.js'

/** The givers, or the takers, of one cell: all of them, and those of each near group that somebody is in. */
export class Crowd {
  readonly all = new Bucket()
  private readonly byGroup = new Map<string, Bucket>()

  get size(): number {
    return this.all.size
  }

  countOf(group: string): number {
    return this.byGroup.get(group)?.size ?? 0
  }

  groupNames(): Iterable<string> {
    return this.byGroup.keys()
  }

  group(name: string): Bucket | undefined {
    return this.byGroup.get(name)
  }

  add(member: Member): void {
    this.all.add(member)
    for (const name of member.groups) {
      let bucket = this.byGroup.get(name)
      if (!bucket) this.byGroup.set(name, (bucket = new Bucket()))
      bucket.add(member)
    }
  }

  remove(member: Member): void {
    this.all.remove(member)
    for (const name of member.groups) {
      const bucket = this.byGroup.get(name)
      bucket?.remove(member)
      if (bucket?.size === 0) this.byGroup.delete(name)
    }
  }
}

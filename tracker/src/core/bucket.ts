import type { Member } from './member.js'

/** Where a member lies in one bucket. */
export interface BucketSlot {
  readonly bucket: Bucket
  index: number
}

/**
 * Members of one cell that have something in common, in no order: adding, taking out and drawing at random are O(1). The
 * member keeps where it lies, because an array and a number cost a tenth of a map entry.
 */
export class Bucket {
  private readonly list: Member[] = []

  get size(): number {
    return this.list.length
  }

  add(member: Member): void {
    // Not by push, nor by spreading them, which would make room for 17 more.
    member.slots = member.slots.concat({ bucket: this, index: this.list.length })
    this.list.push(member)
  }

  remove(member: Member): void {
    const slot = member.slots.find(({ bucket }) => bucket === this)
    member.slots = member.slots.filter((other) => other !== slot)
    const last = this.list.pop()
    if (!slot || !last) throw new Error('bug: a member was taken out of a bucket that it is not in')
    if (last === member) return
    this.list[slot.index] = last
    const moved = last.slots.find(({ bucket }) => bucket === this)
    if (moved) moved.index = slot.index
  }

  /** The first that fits, from a place drawn at random: where most fit, the first looked at does. */
  draw(random: () => number, fits: (member: Member) => boolean): Member | undefined {
    const { length } = this.list
    const start = Math.floor(random() * length)
    for (let step = 0; step < length; step += 1) {
      const member = this.list[(start + step) % length]
      if (member && fits(member)) return member
    }
    return undefined
  }
}

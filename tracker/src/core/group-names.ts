import { nearGroups, type Place } from './place.js'

/** Names remembered: more than a process has members. Each is kept once for all who share it. */
const namesMax = 100_000

/** Names near groups, the same text for the same group, so that a thousand members of one provider keep one text. */
export class GroupNames {
  private readonly known = new Map<string, string>()

  of(place: Place): readonly string[] {
    if (this.known.size > namesMax) this.known.clear()
    return nearGroups(place).map((name) => {
      const known = this.known.get(name)
      if (known === undefined) this.known.set(name, name)
      return known ?? name
    })
  }
}

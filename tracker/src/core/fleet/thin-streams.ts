import { beatPartsMax, type StreamKey, type StreamPart } from '../../../../protocol/fleet-messages.js'
import { rendezvousScore } from '../../../../protocol/rendezvous.js'
import { movesPerBeatMax, restBeats, steadyBeats } from './fleet-bounds.js'
import type { FleetSettings, LocalFacts } from './fleet-settings.js'
import { homeOf, type HomeCandidate } from './home.js'
import type { Process } from './processes.js'

interface Prospect {
  readonly home: string
  beats: number
}

/**
 * Decides which of this process's streams are too thin to stay, and where their members go. A stream is big from
 * `thinMembersMax` on and stays so until it has lost half of them, so that none is sent back and forth at the line.
 */
export class ThinStreams {
  private readonly big = new Set<StreamKey>()
  private prospects = new Map<StreamKey, Prospect>()

  constructor(private readonly settings: FleetSettings) {}

  /** The parts to tell of: the thin ones, and big ones that somebody else has thin, so that it finds its way here. */
  announce({ parts }: LocalFacts, others: Iterable<Process>): StreamPart[] {
    this.classify(parts)
    const thinElsewhere = new Set<StreamKey>()
    for (const { parts: theirs } of others) {
      for (const [key, { big }] of theirs) if (!big) thinElsewhere.add(key)
    }
    const told = parts.filter(([key]) => !this.big.has(key) || thinElsewhere.has(key))
    if (told.length > beatPartsMax) {
      // All processes leave out the same ones, so that those that are told of meet.
      told.sort(([one], [other]) => rendezvousScore(one, '') - rendezvousScore(other, ''))
      told.length = beatPartsMax
    }
    return told.map(([key, members]) => [key, members, this.big.has(key) ? 1 : 0])
  }

  /** Where members of thin streams are to go as of this beat. Called once a beat, while the broker is there. */
  moves(announced: readonly StreamPart[], others: readonly Process[]): Map<StreamKey, string> {
    const homes = new Map<StreamKey, string>()
    const prospects = new Map<StreamKey, Prospect>()
    let members = 0
    for (const [key, count, big] of announced) {
      const home = big === 1 || count === 0 ? undefined : this.homeElsewhere(key, others)
      if (home === undefined) continue
      const before = this.prospects.get(key)
      const prospect = before?.home === home ? before : { home, beats: 0 }
      prospect.beats += 1
      prospects.set(key, prospect)
      if (prospect.beats < steadyBeats || members + count > movesPerBeatMax) continue
      homes.set(key, home)
      members += count
      prospect.beats = steadyBeats - restBeats
    }
    this.prospects = prospects
    return homes
  }

  /** The URL of the stream's home, if that is another process. */
  private homeElsewhere(key: StreamKey, others: readonly Process[]): string | undefined {
    const candidates: (HomeCandidate & { readonly url?: string })[] = []
    const { self, publicUrl } = this.settings
    if (publicUrl !== undefined) candidates.push({ id: self, big: false })
    for (const { id, url, room, parts } of others) {
      const part = parts.get(key)
      if (part && url !== undefined && room) candidates.push({ id, big: part.big, url })
    }
    return homeOf(key, candidates)?.url
  }

  private classify(parts: LocalFacts['parts']): void {
    const { thinMembersMax } = this.settings
    const present = new Set<StreamKey>()
    for (const [key, members] of parts) {
      present.add(key)
      if (members > thinMembersMax) this.big.add(key)
      else if (members <= thinMembersMax / 2) this.big.delete(key)
    }
    for (const key of this.big) if (!present.has(key)) this.big.delete(key)
  }
}

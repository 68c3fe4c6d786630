import type { RenditionId } from '../../../protocol/ids.js'
import type { Sha256 } from '../../../protocol/merkle-tree.js'
import {
  followEdge,
  lastOf,
  readMediaText,
  textOf,
  type MediaText,
  type SignedPlaylistEdge,
} from '../../../protocol/playlist-edge.js'
import type { Clock } from '../ports/clock.js'

/** A playlist as the player gets it. */
export interface PlaylistAnswer {
  /** Where it came from, which relative URIs go by. */
  readonly url: string
  readonly text: string
  /** It contradicts what the player was given before. */
  readonly differs?: boolean
}

/** What the player has of one playlist, and what others told of it since. */
interface Known {
  /** As the player asks for it. */
  readonly asked: string
  /** Where the CDN's answer came from. */
  readonly url: string
  /** What the player was given last. */
  given: MediaText
  /** When its own CDN was asked last. */
  readonly polledAt: number
  /** What the newest edge stands for, while it is newer than what the CDN said. */
  told: MediaText | undefined
  /** By when the newest segment of all that was seen was born, as far as this and earlier births show. */
  bornBy: number
}

/** Whatever others tell, the player's own CDN is asked so often: after so long, what is wrong comes out. */
const pollMs = 10_000
/** How long news of a birth take to come here at most when they are fast: looks of the witness, two ways, a check. */
const newsMs = 300
/** Births are taken to come later by this share of a segment, so that a stream that stood still is followed in time. */
const slowdown = 1 / 64

/**
 * Decides whether a poll of a playlist needs the CDN. It does not where a signed edge has told what is newer than what the
 * player has, and follows from it line by line, and the segment after that cannot be born yet. So no poll is answered later
 * than without, and none with less than the CDN has.
 *
 * When the next segment is born nobody tells. But each state of the playlist, told or polled, shows by when its newest
 * segment was born, and the segments' lengths carry that on to the next births: the earliest of them counts, so that one
 * that was heard of late does no harm.
 *
 * Edges are out of use for good, for a rendition, when they and the CDN contradict each other.
 */
export class PlaylistSharing {
  private readonly known = new Map<RenditionId, Known>()
  /** Those of which the CDN has said something else than an edge. */
  private readonly contradicted = new Set<RenditionId>()

  constructor(
    private readonly sha256: Sha256,
    private readonly clock: Clock,
    private readonly differed: () => void,
  ) {}

  /** What the player can be given in place of an answer from the CDN. */
  answer(rendition: RenditionId, asked: string): PlaylistAnswer | undefined {
    const known = this.known.get(rendition)
    const told = known?.told
    if (known?.asked !== asked || !told || lastOf(told) <= lastOf(known.given)) return undefined
    const now = this.clock.now()
    const nextBorn = known.bornBy + Math.min(...told.segments.map(durationMs)) - newsMs
    if (now >= known.polledAt + pollMs || !(now < nextBorn)) return undefined
    known.given = told
    return { url: known.url, text: textOf(told) }
  }

  /** The CDN has answered. Returns what the player is to be given: the same, or what is newer. */
  polled(rendition: RenditionId, asked: string, answer: PlaylistAnswer): PlaylistAnswer {
    const before = this.known.get(rendition)
    this.known.delete(rendition)
    const given = readMediaText(answer.text)
    if (!given || this.contradicted.has(rendition)) return answer
    const { url } = answer
    const now = this.clock.now()
    const known: Known = { asked, url, given, polledAt: now, told: undefined, bornBy: now }
    if (before?.asked === asked && before.url === url) {
      const { told } = before
      if (told && !agree(told, given)) {
        this.contradicted.add(rendition)
        this.differed()
        return { ...answer, differs: true }
      }
      known.bornBy = bornBy(before, given, now)
      if (told && lastOf(told) > lastOf(given)) known.given = known.told = told
    }
    this.known.set(rendition, known)
    return known.told ? { url, text: textOf(known.told) } : answer
  }

  /**
   * An edge was told. Resolves with whether it is of use here and proven, which `check` is asked only if it is of use.
   */
  async heard(edge: SignedPlaylistEdge, check: () => Promise<boolean>): Promise<boolean> {
    const known = this.known.get(edge.rendition)
    const told = known && followEdge(this.sha256, newestOf(known), edge)
    if (!told) return false
    const now = this.clock.now()
    const isProven = await check()
    const current = this.known.get(edge.rendition)
    if (isProven && current?.asked === known.asked && edge.last > lastOf(newestOf(current))) {
      current.bornBy = bornBy(current, told, now)
      current.told = told
    }
    return isProven
  }
}

function newestOf({ told, given }: Known): MediaText {
  return told ?? given
}

/** By when the newest segment of all was born, now that this state is there. */
function bornBy(known: Known, seen: MediaText, now: number): number {
  const news = lastOf(seen) - lastOf(newestOf(known))
  if (news < 0) return known.bornBy
  // After a gap nothing is known of what lies between.
  if (news >= seen.segments.length) return now
  const passed = news && seen.segments.slice(-news).reduce((sum, lines) => sum + durationMs(lines), 0)
  return Math.min(now, known.bornBy + passed * (1 + slowdown))
}

/** Whether two states of a playlist name the same media for each segment that both list. */
function agree(one: MediaText, other: MediaText): boolean {
  return one.segments.every((lines, index) => {
    const others = other.segments[one.first + index - other.first]
    return others === undefined || mediaLines(others) === mediaLines(lines)
  })
}

/** Without the tags that a packager repeats, moves or leaves out as the window moves: keys, headers, dates, marks. */
function mediaLines(lines: string): string {
  return lines.replaceAll(/^#(?!EXTINF:|EXT-X-BYTERANGE:)[^\n]*\n/gm, '')
}

function durationMs(lines: string): number {
  return Number.parseFloat(lines.split('#EXTINF:')[1] ?? '') * 1000
}

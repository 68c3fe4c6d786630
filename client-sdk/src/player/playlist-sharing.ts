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
  /** What the newest edge stands for and until when it is news; kept while it is newer than what the CDN said. */
  told: { readonly playlist: MediaText; readonly until: number } | undefined
  /** Whether edges had brought what the CDN had to say by the time that it was last asked and had news. */
  leads: boolean
}

/** Whatever others tell, the player's own CDN is asked so often: after so long, what is wrong comes out. */
const pollMs = 10_000

/**
 * Decides whether a poll of a playlist needs the CDN. It does not where a signed edge has told what is newer than what the
 * player has, and follows from it line by line. Where there is nothing newer, the poll goes out as ever, so that no poll is
 * answered later than without.
 *
 * Edges are out of use while they come later than the CDN would have told; and for good, for a rendition, when they and the
 * CDN contradict each other.
 */
export class PlaylistSharing {
  private readonly known = new Map<RenditionId, Known>()
  /** Those of which the CDN has said something else than an edge. */
  readonly contradicted = new Set<RenditionId>()

  constructor(
    private readonly sha256: Sha256,
    private readonly clock: Clock,
    private readonly differed: () => void,
  ) {}

  /** What the player can be given in place of an answer from the CDN. */
  answer(rendition: RenditionId, asked: string): PlaylistAnswer | undefined {
    const known = this.known.get(rendition)
    const told = known?.told
    if (known?.asked !== asked || !known.leads || !told) return undefined
    const now = this.clock.now()
    const isDue = now >= known.polledAt + pollMs || !(now < told.until)
    if (isDue || lastOf(told.playlist) <= lastOf(known.given)) return undefined
    known.given = told.playlist
    return { url: known.url, text: textOf(known.given) }
  }

  /** The CDN has answered. Returns what the player is to be given: the same, or what is newer. */
  polled(rendition: RenditionId, asked: string, answer: PlaylistAnswer): PlaylistAnswer {
    const before = this.known.get(rendition)
    this.known.delete(rendition)
    const given = readMediaText(answer.text)
    if (!given || this.contradicted.has(rendition)) return answer
    const { url } = answer
    const known: Known = { asked, url, given, polledAt: this.clock.now(), told: undefined, leads: false }
    if (before?.asked === asked && before.url === url) {
      const { told } = before
      if (told && !agree(told.playlist, given)) {
        this.contradicted.add(rendition)
        this.differed()
        return { ...answer, differs: true }
      }
      const last = lastOf(given)
      known.leads = last > lastOf(before.given) ? lastOf(newestOf(before)) >= last : before.leads
      if (told && lastOf(told.playlist) > last) {
        known.told = told
        known.given = told.playlist
      }
    }
    this.known.set(rendition, known)
    return known.told ? { url, text: textOf(known.given) } : answer
  }

  /**
   * An edge was told. Resolves with what `check` says of its signature (undefined: nobody can tell), which is asked only
   * where the edge is of use here, and undefined where it is not.
   */
  async heard(
    edge: SignedPlaylistEdge,
    check: () => Promise<boolean | undefined>,
  ): Promise<boolean | undefined> {
    const known = this.known.get(edge.rendition)
    const playlist = known && followEdge(this.sha256, newestOf(known), edge)
    if (!playlist) return undefined
    // By then the next segment may be born, and the CDN know of it.
    const until = this.clock.now() + lastSeconds(edge.tail) * 1000
    const isProven = await check()
    const current = this.known.get(edge.rendition)
    if (isProven && current?.asked === known.asked && edge.last > lastOf(newestOf(current))) {
      current.told = { playlist, until }
    }
    return isProven
  }
}

function newestOf({ told, given }: Known): MediaText {
  return told?.playlist ?? given
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

function lastSeconds(tail: string): number {
  return Number.parseFloat(tail.slice(tail.lastIndexOf('#EXTINF:') + 8))
}

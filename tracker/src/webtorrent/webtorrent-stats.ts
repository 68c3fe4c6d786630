/** What WebTorrent clients do at this tracker; the counts from `announces` on are of the process's whole life. */
export interface WebtorrentStats {
  readonly connections: number
  readonly swarms: number
  /** In all swarms together: a page may be in several. */
  readonly peers: number
  readonly announces: number
  readonly offersRelayed: number
  readonly answersRelayed: number
  /** Messages that were answered with a failure. */
  readonly failures: number
}

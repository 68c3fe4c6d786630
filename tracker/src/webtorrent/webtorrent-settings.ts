/** What an operator decides. Complete and validated at the edge: the core has no default of its own. */
export interface WebtorrentSettings {
  /** Open connections, announced or not. */
  readonly connectionsMax: number
  /** Open connections of one address. */
  readonly connectionsPerAddressMax: number
  /** Swarms with at least one peer. */
  readonly swarmsMax: number
  /** Peers that one connection may be, in the same or in different swarms. */
  readonly swarmsPerConnectionMax: number
  readonly peersPerSwarmMax: number
  /** Offers of one announce that are passed on. */
  readonly offersPerAnnounceMax: number
  /** Offers passed on in a minute, of one connection and of all connections of one address. */
  readonly offersPerMinute: number
  readonly offersPerMinutePerAddress: number
  /** How often peers are asked to announce themselves, in seconds. */
  readonly intervalSeconds: number
  /** Messages that one connection may send at once, and per second in the long run. */
  readonly messageBurst: number
  readonly messagesPerSecond: number
  /** A connection that has said nothing of sense after so many milliseconds is dropped. */
  readonly firstMessageTimeoutMs: number
}

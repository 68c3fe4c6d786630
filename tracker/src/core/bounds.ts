/**
 * Bounds that no operator has a reason to change. Those that both sides must know are in `protocol/limits.ts`.
 */

/** The violation that ends a connection: late enough for a client with one bug to report its codes. */
export const strikesMax = 5

/** One strike is forgiven per minute, so that a viewer of a three-hour event is not dropped for five old ones. */
export const strikesForgivenPerSecond = 1 / 60

/** Pairs a member is in at a time. A quarter of pairs never connect (NAT): so many leave the 32 links of a giver. */
export const introductionsAtOnceMax = 48

/**
 * Introductions a connection may ask for in its life, joining included: every one shows it an address, so a
 * harvester must be slowed. Ten hours of losing a neighbour every 36 s stay within it.
 */
export const introductionsSoughtMax = 1000

/**
 * What part of a minute's introductions comes back to an address or a token in each minute. A crowd joins once, with eight
 * each; after that a viewer who loses a neighbour every two minutes needs a sixteenth of these.
 */
export const introductionsSustained = 0.1

/** `seek` messages answered with somebody, at once and per second; the others are answered with nobody. */
export const seekBurst = 6
export const seeksPerSecond = 0.5

/** Nesting of a signal. simple-peer's deepest is a candidate within a signal: two. */
export const signalDepthMax = 8

/** What a member may claim to have moved: 1 Gbit/s. A report is no proof, but it shall not drown the others. */
export const reportedBytesPerSecondMax = 125_000_000

/** Rescues a member may claim per second. A player asks for one or two segments a second at most. */
export const reportedRescuesPerSecondMax = 10

/** Stalls a member may claim per second: playback that has stopped must first go on to stop again. */
export const reportedStallsPerSecondMax = 1

/** Links made, or failed for one cause, that a member may claim per second: its attempts are fewer. */
export const reportedLinksPerSecondMax = 10

/** A latency above an hour is the figure of a viewer who looks at the past, and tells nothing of the stream. */
export const reportedLatencyMsMax = 3_600_000

/** Streams with a policy other than the default. An operator with more uses one rule for all; 3 MB at most. */
export const policiesMax = 10_000

/** When everybody must come back, they do so spread over this range of milliseconds. */
export const retryAfterRangeMs = [1000, 5000] as const

/** At the end of the process the range grows with those who must come back: half of the joins that a core takes in. */
export const returnsPerSecondMax = 500

/**
 * Addresses or tokens without a connection whose use of the limits is remembered, each for ten minutes: 50 MB at most. A
 * flood from more networks than this is no matter of addresses any more.
 */
export const idleAccountsMax = 100_000

/** Members and tokens of whom something is held against them, and for how long: 3 MB at most. */
export const reputationsMax = 10_000
export const reputationMs = 3_600_000

/**
 * Networks that must accuse a member before it is a suspect. A member that pollutes is thrown out by eight neighbours
 * within seconds; two who conspire, or one with two addresses, are not enough.
 */
export const accusersMin = 3

/** Pairs that a suspect is in at a time: it may be an honest member with enemies, and still needs some. */
export const suspectPairsMax = 3

/** Members from whom one is kept apart, having accused them or been accused. */
export const apartMax = 64

/**
 * Accusations of one connection, at once and per second. A member accuses each neighbour once, and makes at most 64
 * connections a minute: more than that is made up.
 */
export const accusationBurst = 64
export const accusationsPerSecond = 1

/** Lies told to the tracker itself after which the member and its token are banned, and for how long. */
export const liesMax = 5
export const liarBanMs = 3_600_000

/** Bans at a time; of more, the one that ends first makes room. 2 MB at most. */
export const bansMax = 10_000

/** Members that are sent to another process leave within this many milliseconds, each at a time drawn for it. */
export const moveSpreadMs = 5000

/** Times that a member is told to go: at first it may have come just now, and members follow only so often. Then it may not. */
export const movesToldMax = 5

/** Joiners that find no room are sent on within this many milliseconds: they wait for their neighbours meanwhile. */
export const spillSpreadMs = 1000

/** Share of `membersMax` and `connectionsMax` up to which a process says that it has room: the rest is for those who come anyway. */
export const roomShare = 0.9

/** Characters of an error's text: some quote what was sent, which may be long. */
export const errorTextMax = 256

/**
 * A bound on everything that somebody else controls. Each says why it has the value it has.
 */

/** A 4K segment of 6 s at 40 Mbit/s is 30 MB; nothing a player loads as one segment is larger than this. */
export const segmentBytesMax = 64 * 1024 * 1024

/** Segments one neighbour may have announced and not withdrawn. A window of live play is 6 to 30 segments. */
export const announcedSegmentsPerLinkMax = 256

/** Runs of blocks in one `holds` message. Blocks arrive in few runs; a hostile list must stay cheap to read. */
export const runsPerMessageMax = 64

/** Requests a neighbour may have waiting with us: 64 blocks are 1 MiB, over a second of a 8 Mbit/s uplink. */
export const requestsPerLinkMax = 64

/** Bytes of one `prism` extension message. The largest, `holds` with 64 runs, needs under 700. */
export const wireMessageBytesMax = 4 * 1024

/** Bytes of one tracker message in either direction. An SDP with its candidates is 1 to 4 KB. */
export const trackerMessageBytesMax = 64 * 1024

/** Bytes of one signal (SDP or a batch of ICE candidates) as JSON. */
export const signalBytesMax = 16 * 1024

/** Signals in one message: an offer or answer and the candidates found meanwhile. */
export const signalsPerMessageMax = 32

/** Members of a cell (DESIGN: near each other and linked in a mesh). */
export const cellMembersMax = 64

/** Links each member of a cell of 24 and more is told to make: 6 to 8 keep a 64-member mesh three hops wide. */
export const neighboursTarget = 8

/** The same, in a cell of 16 and fewer: a random graph of degree 4 stays connected (Erdős–Rényi). */
export const neighboursTargetMin = 4

/**
 * Links a member accepts at most, four times the target: where three of ten give, the seven others need them, and 32
 * connections are what a page bears (Chromium allows 500). A bound for floods, too.
 */
export const linksMax = 32

/** How far a claim is passed on. Three hops span a cell of 64 with 8 neighbours each; one more for luck. */
export const claimHopsMax = 4

/** Hashes in one `digest` message: 1.6 MB of media, and with the longest identity under 3400 bytes. */
export const hashesPerMessageMax = 100

/** Digests in one message of the tracker: those of a window, for two renditions. */
export const digestsPerMessageMax = 64

/**
 * Hashes in the list that the tracker sends with a digest: 16 MiB of media, 44 KB as text. Longer segments get no digest,
 * and so are not shared where digests are required: 16 MiB are 2 s at 64 Mbit/s.
 */
export const digestListHashesMax = 1024

/** Members of a cell to whom the tracker sends hash lists; the others have them from neighbours. */
export const digestListHoldersMax = 8

/**
 * Characters of a playlist that is shared. A day of segments is megabytes, and every member would hash them at each news;
 * this is an hour of 2 s segments, and what two bytes can count.
 */
export const playlistLengthSharedMax = 65_535

/** Characters of the newest segments' lines in a playlist's edge: three segments with URIs of 300. */
export const playlistTailLengthMax = 1024

/** Members of a cell to whom the tracker tells a playlist's edge; the others have it from neighbours. */
export const playlistEdgeHoldersMax = 4

/** Most that `cdn-pace` tells: a thousand times as fast as at first. */
export const cdnPacePermilleMax = 1_000_000

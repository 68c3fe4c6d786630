/**
 * Every number the engine's policy rests on, with the reason for its value. Times are in milliseconds.
 */
export const tuning = {
  /**
   * How long after its claim a member asks the CDN. Claims cross: one is heard after 20 to 50 ms by those who are linked, after two or
   * three times that by the rest of a large cell. Whoever claimed the same has heard of it by then, and one of them asks; so nobody has to
   * let others come first by rank. `npm run sim -- --viewers 64 --bitrate 3 --seconds 60`, seeds 1, 3, 5 and 8, ends at 0.98, 1.00, 0.98
   * and 1.01 copies and 48, 51, 55 and 57 % of the time to the deadline; where the CDN was asked at once, and ranks waited 10 ms each, at
   * 1.15, 1.35, 1.17 and 1.28 copies and 53, 53, 60 and 56 %. With 70 ms copies are 0.05 more, with 130 ms 0.01 fewer and segments come later.
   */
  claimCrossMs: 100,
  /**
   * How much longer a member waits for each segment beyond its share that it claimed of the last `claimTurns`, over the
   * number of members, and at most. Players poll at phases of their own, up to a segment apart, and keep them: without it
   * the first in phase fetches and gives everything, and in a cell of three with fast lines that is what half as much
   * ends at in every fifth cell (test/unit/sim/evenness.test.ts). It adds 0.3 s from birth to complete where lines are
   * narrow (`npm run sim -- --shape limited-2.5m`), which takes it to 55 % of the time to the deadline.
   */
  claimTurns: 8,
  claimTurnMs: 1000,
  claimTurnMsMax: 1600,
  /**
   * How much longer a member waits for each segment: this share of the time in which its line could hand the segment on
   * once, and at most. It claims no more than its line hands on in a moment anyway. In eight browsers' lines (`npm run sim --
   * --shape limited-2.5m`) 0.25 ends at 59 % of the time to the deadline for 99 % of the segments, 0.1 at 53 %, this at 51 %,
   * all at 1.07 copies.
   */
  claimHandOnShare: 0.05,
  claimHandOnMsMax: 1200,
  /**
   * A claim that shows no bytes for this long no longer keeps others silent. A CDN's slow answer is 400 ms to the
   * first byte; twice that and a hop.
   */
  claimPatienceMs: 1000,
  /**
   * A claimant that hears a better-ranked claim yields, unless it has this share of the segment already: by then the
   * CDN has sent most of the rest, and aborting saves nothing (8 viewers: 1.09 copies at half, 1.00 at this).
   */
  claimYieldShareMax: 0.05,
  /**
   * A member claims as many blocks as its line hands on in this time, and at least so many; the rest is for others, whose
   * uplinks then carry it at the same time. What is left over by a slice, up to a few blocks, goes with it; and who could
   * take this share of all that is left takes all. The less each claims, the less do claims that cross overlap, and the more are there
   * to be heard: `npm run sim -- --viewers 64 --bitrate 3 --seconds 60 --tune claimRunMs=200`, seeds 1, 5 and 8, ends at 1.00, 0.99 and 1.08
   * copies, with 100 ms at 1.02, 1.73 and 1.03, with these at 0.99, 0.98 and 0.98 (when who gave a claim up still told of it). Four blocks at least would be more than a second of a
   * line of 0.7 Mbit/s that gives each of them twice: seeds 7 to 10 ended at 54, 59, 52 and 53 % of the time to the deadline with four,
   * at 52, 56, 50 and 50 % with two, at 200 ms.
   */
  claimRunMs: 150,
  claimBlocksMin: 2,
  claimRestBlocksMax: 2,
  claimAllShare: 0.75,
  /**
   * How much longer a member waits after a claim of its own before it claims more of the segment: who polled first would go on
   * claiming ahead of all who hear of it. Where lines do not carry the stream this and `givenOfWholeMax` cost up to 3 points
   * (`npm run sim -- --bitrate 5 --willing 0.5 --ratio 1000 --seconds 60 --seed 3`: 85.9 instead of 89.1 %; seed 1: 94.2 % with and without).
   */
  claimOwnRestMs: 350,
  /** Bytes per second assumed of a line that was never seen to be full. */
  lineAssumed: 1_000_000,
  /**
   * Claims remembered for one segment. What is forgotten is news when it is heard again, and goes round once more: where everyone told of
   * what it gave up, some cells of 1,000 viewers had more than these, and heard each claim over and over.
   */
  claimsPerSegmentMax: 32,
  /** Segments whose claims are remembered: twice those that are gathered at once. A claim takes 300 bytes. */
  claimedSegmentsMax: 8,
  /**
   * Neighbours to whom a claim is passed on, at the least, by those whom the claimant told; and at most by those who hear of it
   * later, which spares those with many links. `npm run sim -- --viewers 64 --bitrate 3 --seconds 60`, seeds 1, 3, 5 and 8, ends at 0.99 copies
   * with 10 of the latter, and at 1.02 with 7, which spare a tenth of the claims heard.
   */
  claimPassedMin: 2,
  claimPassedLater: 10,
  /** Runs claimed at once, at most. */
  claimedRunsMax: 10,
  /** Own claims remembered: some dozen for each segment of the last few. */
  claimsRememberedMax: 256,

  /**
   * Shortest pause between two tellings of the blocks held. It is added at every hop, three at most, against a
   * budget of seconds; and each telling costs a message to every neighbour: with 80 ms, 8 viewers took 1.66 x the CPU of plain hls.js,
   * with 200 ms 1.55 x.
   */
  announceIntervalMs: 200,
  /**
   * On a line that is full at times the pause is as long as what neighbours wait for takes it, no shorter and no longer than
   * these: news that it could not serve yet need not be told, and with nothing to send, news puts it to use.
   */
  announceIdleMs: 50,
  announceBusyMs: 500,
  /**
   * While what neighbours wait for takes the line longer than this, those who give nothing are told nothing: they are served
   * last, and would ask in vain, be refused, and ask others. Where lines do not carry the stream this is 0.5 points of them:
   * `npm run sim -- --bitrate 5 --willing 0.5 --ratio 1000 --seconds 50` used 95.4 % instead of 94.8 % (counted by a
   * script that is not kept). With 150 ms seed 2 loses a point to lines that had nothing to send.
   */
  announceSinkQueueMs: 600,

  /** Blocks asked of a neighbour of whom nothing is known yet. */
  pipelineBlocksMin: 2,
  /** Most blocks asked of one neighbour at once: half a MiB, under the bound of 64 that neighbours put on us. */
  pipelineBlocksMax: 32,
  /** How much of a neighbour's goodput is kept asked for: longer than a round trip, shorter than a stall. */
  pipelineMs: 500,
  /** A block that has not come after this long is asked back, at the earliest and at the latest. */
  requestTimeoutMs: 1500,
  requestTimeoutMsMax: 4000,
  /** A neighbour that is late is given so long to refuse or to send it: a round trip, and what waits in its send buffers. */
  requestRefusalMs: 500,
  /** In between, this many times what the neighbour was expected to take. */
  requestSlowdown: 3,
  /**
   * A request that has waited this long moves to another neighbour that has the block by now, if that one is expected to
   * take at most this share of the time that is still expected of the first.
   */
  requestMoveAfterMs: 100,
  requestMoveShareMax: 0.5,
  /**
   * Slow requests are looked at no more often: half of the time after which one is slow. At 20 ms the looks took a
   * twelfth of a member's time at 3 Mbit/s, and segments came as soon in a cell of 64 without them.
   */
  requestMoveIntervalMs: 50,
  /**
   * What to fetch and what to ask for is thought over at each piece of news, but no more often than this once so many
   * thoughts came without a pause. A busy member hears 200 to 300 pieces of news a second, and a thought takes as long as
   * taking in several of them; a block asked for this much later is late by a part of `pipelineMs`.
   * `npm run sim -- --viewers 64 --bitrate 3 --seconds 60 --seed 1`, 2 and 3: at 50 ms instead of 25 ms 1.24, 1.42 and 1.36
   * copies after 1.27, 1.45 and 1.37, and 99 % complete within 55.7, 57.9 and 57.3 % of the time to the deadline after 57.2,
   * 55.5 and 58.5 %.
   */
  thoughtIntervalMs: 50,
  thoughtBurst: 32,
  /** Given-up requests remembered per neighbour, whose answers may still be on their way: 32 MiB of blocks. */
  requestsRememberedMax: 2048,
  /** Weight of the newest block in a neighbour's smoothed goodput. */
  goodputWeight: 0.2,

  /**
   * How long a member that has just met others, or does not know yet whether there are any, waits for its first link
   * before it claims what it wants and has time for: links take 0.5 to 1.5 s.
   */
  linkPatienceMs: 2000,

  /** How long the first neighbour is given to say what it holds: a round trip, and its own step. */
  greetingMs: 250,

  /**
   * What may wait in the send buffers of all links together: as much as the line carries in this time. It is the delay
   * that our own claims and requests meet, and a viewer's call on the same line. Claims that are heard sooner cross less:
   * with 80 ms `npm run sim -- --shape limited-2.5m` ends at 1.19 copies, with this at 1.07; `limited` at 1.03 and 1.00,
   * `limited-4s` at 1.12 and 0.99; a cell of 64 at 3 Mbit/s at 1.32 and 1.22.
   */
  backlogMs: 40,
  /**
   * Where links wait for their own windows: as much as the line carries in this many times what a block takes that found nobody
   * waiting. More than one such block, so that the rate that is measured grows until it is the line's.
   */
  backlogLoneShare: 1.25,
  /**
   * How often it is found out what blocks wait for: for so long, and until so many have left; by what factor more must leave when
   * twice as much waits, and how long that is believed. On a slow line up to 1.5 times as much leaves, since one block at a time
   * leaves it idle until the next look. `npm run bench:swarm -- --shapes distant --seconds 20` ends at 1.30 copies with it and at
   * 3.54 without: a line was then taken for 1.6 to 1.9 Mbit/s, 16 KiB in a round trip or two.
   */
  windowProbeIntervalMs: 30_000,
  windowProbeMs: 200,
  windowProbeBlocks: 4,
  windowProbeGainMin: 1.6,
  windowFoundMs: 120_000,
  /** No more than a fast line needs to be kept busy between two looks. */
  backlogBytesMax: 512 * 1024,
  /** On a line that was never seen to be the bottleneck. */
  backlogBytesUnknown: 64 * 1024,
  /** How often the send buffers are looked at while blocks wait for them. */
  backlogPollMs: 20,
  /**
   * Blocks by which one who waits may be served ahead of another: a full pipeline. With 16, idle lines behind symmetric NATs are
   * given less that they could hand on: `npm run sim -- --bitrate 5 --willing 0.5 --ratio 1000 --seconds 50`, seeds 2 and 3, used 94.5
   * and 85.6 % of the lines, with this 95.6 and 87.5 %, with 1000 95 and 88.7 % (counted by a script that is not kept).
   */
  servedLeadMax: 32,
  /**
   * What is given to a member that gives nothing ends there: it is served after those who hand on, unless the block
   * was given to those so many times more already.
   */
  servedSinkCost: 1000,
  /**
   * As how often given a block counts at most of a segment that is whole here: who still asks for it is late, and is not to wait until
   * all of the next segment was given as often. With it, and with `claimOwnRestMs`, `npm run sim -- --viewers 64 --bitrate 3 --seconds 60`, seeds
   * 1 to 6, ends at 1.20, 1.24, 1.37, 1.19, 1.11 and 1.19 copies and 52, 59, 53, 54, 60 and 58 % of the time to the deadline; without
   * either at 1.28, 1.41, 1.38, 1.31, 1.28 and 1.37 copies and 64, 58, 55, 54, 66 and 61 %.
   */
  givenOfWholeMax: 1,
  /** A neighbour that has taken nothing for this long is left out until it does. */
  stuckMs: 1000,
  /**
   * Busy time of the uplink from which its rate is taken, and the weight of the newest such sample. In eight browsers with
   * lines of 1.5, 3, 5 and 8 Mbit/s, asked for 2.5 Mbit/s, half of the time it is taken for 1.3, 1.7, 1.5 to 3.5 and 5.9 to
   * 7.6: where links wait for their own congestion windows, for less than it carries.
   */
  uplinkSampleMs: 100,
  uplinkWeight: 0.3,
  /** Time without a full line from which a higher rate is taken: a queue of 400 ms in the line then matters little. */
  uplinkRaiseMs: 500,

  /**
   * While a segment that the player waits for has less time than this, this share of the line is used for others. Less than
   * `rescueMarginMs`: a rescue that goes as planned is no danger.
   */
  lowBufferMs: 600,
  lowBufferUploadShare: 0.25,
  /**
   * Round trips that have grown by more than this on every link say that the line's own queue is full: two times the 150 ms
   * one way up to which a call is good (ITU-T G.114). At 200 ms, cells that are short of uplink lost 0.8 points of offload to
   * queues of neighbours. Then the share of the line that is used is cut at each look, down to a least one, and given back
   * step by step.
   */
  roundTripRiseMs: 300,
  roundTripCut: 0.7,
  roundTripRecovery: 0.1,
  roundTripShareMin: 0.1,
  /** How often round trips are looked at while blocks wait: browsers measure them every 2.5 s. */
  roundTripPollMs: 2000,
  /** How much of a longer round trip counts, at each look, as the way having become longer. */
  roundTripForget: 0.005,
  /** What may still be given for what was watched is spread over this time: two segments. */
  ratioSpendMs: 4000,
  /** How long after something held blocks back it is told as a reason. */
  uploadLimitTellMs: 5000,

  /**
   * How much of what was rescued of a segment is fetched early of the next, how fast that is forgotten once nothing has to be rescued
   * and while something has, and the least that is worth a request. Forgotten by 0.35 always, `npm run sim -- --ratio 1000 --seconds 60`
   * with `--bitrate 5 --willing 0.5` and `--bitrate 3 --willing 0.3` ends at 93.4 and 96.6 % of what is possible, on average over seeds 1 to 3
   * and 1 and 2; with these at 94.2 and 97.0 %, by 0.2 always at 94.0 and 97.5 %. But then `--viewers 64 --bitrate 3 --seconds 60` fetches early for
   * long what was missing once: 1.07 copies on average over seeds 1 to 10, where it ends at 0.99 with these.
   */
  restockGain: 1,
  restockDecay: 0.35,
  restockDecayShort: 0.2,
  restockShareMin: 0.03,
  /** How long after its turn a member fetches early what would hardly come: claims of others have been heard by then. */
  restockAfterMs: 250,

  /** A rescue aims to be done this long before the deadline: transmuxing, appending, and a late timer. */
  rescueMarginMs: 700,
  /** How much earlier what was asked of nobody is fetched, where some of each segment is rescued anyway: two full pipelines. */
  rescueEarlyMs: 1000,
  /**
   * How much earlier than the rescue, in the same cells, what was asked of neighbours is asked back: a round trip through a full
   * line. Without it `npm run sim -- --bitrate 5 --willing 0.5 --ratio 1000 --seconds 40` ends at 2.7 % of bytes that came twice
   * and an efficiency of 88.7 %, with it and with claims that end where others begin at 1.6 and 91.4 %.
   */
  rescueRecallMs: 250,
  /** How much slower than its smoothed throughput the CDN may turn out to be. */
  rescueSlowdown: 1.25,
  /** Assumed of a CDN of which nothing is known yet: a slow one, so that the first rescue is early. */
  cdnFirstByteMsAssumed: 500,
  cdnBytesPerSecondAssumed: 500_000,
  /**
   * How many neighbours must tell that the CDN became slower for them before this member believes it of itself, and the
   * share of the speed down to which a change counts as none: answers of a CDN differ by that much from one to the next.
   */
  cdnPaceWitnessesMin: 2,
  cdnPaceShareMax: 0.7,
  /** Weight of the newest segment in the size that is expected of the next. */
  sizeWeight: 0.3,
  /** Assumed of a segment of which nothing is known yet: 2 s at 2 Mbit/s. */
  segmentBytesAssumed: 500_000,

  /** A CDN fetch is given up after this long without a byte; doubled at each further try for the segment. */
  fetchStallMs: 3000,
  /** First pause before the CDN is asked again for a segment; doubled at each failure. */
  fetchRetryMs: 500,
  fetchRetryMsMax: 4000,
  /** Failures after which the player is told; its own retry rules take over then. */
  fetchFailuresMax: 4,
  /**
   * Holes fetched as requests of their own in one rescue; further ones are fetched as one, with what is between.
   * `npm run sim -- --bitrate 5 --willing 0.5 --ratio 1000 --seconds 40`: with 10, 1.7 % of
   * what the CDN sent lay between holes and was here already, and 1.6 % of all bytes came twice; with these 0.0 and 0.7 %.
   */
  rescueRunsMax: 20,
  /** Up to this share of what is missing is left to neighbours who are expected to bring it while the rest is fetched. */
  rescueComingShareMax: 0.5,

  /** Segments beyond the last one wanted that are gathered before the player asks. */
  prefetchSegmentsMax: 3,
  /** A rendition that the player has not asked for during this time is no longer followed. */
  followMs: 15_000,

  /** Segments on which neighbours contradicted each other, remembered at once. */
  doubtedMax: 256,

  /** Digests remembered, and for each neighbour what lists and news of playlists it has: a window of live play for some renditions. */
  digestsRememberedMax: 256,
  /** Lists told of to a neighbour that has just linked: those of the segments that are being gathered. */
  digestsIntroducedMax: 4,
  /** A hash list that has not come after this long is asked of somebody else: a round trip, and a busy neighbour. */
  digestPatienceMs: 400,
  /** How long a whole segment waits for its digest, which is out some 300 ms after the segment, or not at all. */
  digestWaitMs: 1000,
  /** Changed blocks after which a member is not dealt with any more. */
  changedBlocksMax: 2,
  /** Right blocks after which no count is kept of what a neighbour still owes a proof for: a full pipeline. */
  trustedBlocks: 64,
  /** Members remembered for having sent changed blocks: some cells full. */
  blamedMax: 256,

  /** Segments told of to a neighbour that has just linked: the newest. */
  introducedSegmentsMax: 128,
  /** A want whose deadline is at least this far away when it comes was not urgent: fetching it late is a rescue. */
  urgentMs: 100,
} as const

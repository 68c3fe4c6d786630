/** Bounds of what a process keeps of its fleet. None of them is an operator's business. */

/** Beats without which a process is taken for dead: two may be lost, and a third may be late. */
export const silentBeatsMax = 3.5

/** Shorter than this, not hearing oneself is no sign of a deaf connection but of a busy machine. */
export const deafMsMin = 5000

/** Processes that are known at a time. 20,000 viewers each make 5 million; a beat is 100 times less than this costs. */
export const processesMax = 256

/** Beats over which a home must stay the same before anybody is sent there: a restart is over by then, or has shown. */
export const steadyBeats = 3

/** Beats after an order to move before the same stream is looked at again: those who can move have moved. */
export const restBeats = 15

/** Members that are told to move in one beat, so that a change at the balancer moves a fleet's thin streams in a slow stream. */
export const movesPerBeatMax = 200

/** Entries of one topic; of a topic that is full, what ends first makes room. 16 KB each at most. */
export const entriesPerTopicMax = 10_000

/** Longest that an entry holds: who wants it for longer says it again. */
export const entryTtlMaxMs = 30 * 24 * 3_600_000

/** Entries that one beat of somebody else may make us send: the rest goes with the beats after it. */
export const entriesPerBeatMax = 500

import { cellMembersMax } from '../../../protocol/limits.js'
import type { AccountLimits } from '../../../tracker/src/core/account.js'
import type { TrackerSettings } from '../../../tracker/src/core/tracker-settings.js'

/** Where every member is somebody else's network, or nobody looks at how many come from one. */
const unlimited: AccountLimits = {
  connectionsMax: 1_000_000,
  joinsPerMinute: 1_000_000,
  introductionsPerMinute: 1_000_000_000,
  signalBytesPerMinute: 1_000_000_000,
}

/** The tracker's defaults, with room for any run. */
export const unlimitedSettings: TrackerSettings = {
  membersMax: 1_000_000,
  connectionsMax: 1_000_000,
  streamsMax: 2000,
  cellMembersMax,
  joinTimeoutMs: 10_000,
  p2pViewersMin: 1,
  rosterDelayMs: 200,
  reportIntervalMs: 10_000,
  messageBurst: 120,
  messagesPerSecond: 20,
  perAddress: unlimited,
  perToken: unlimited,
}

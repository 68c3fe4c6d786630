import type { TrackerConfig } from '../config/config-schema.js'
import { introductionsSustained } from '../core/bounds.js'
import type { FleetSettings } from '../core/fleet/fleet-settings.js'
import type { TrackerSettings } from '../core/tracker-settings.js'

/** The options as the core takes them. */
export function coreSettings(config: TrackerConfig): TrackerSettings {
  return {
    ...config,
    perAddress: {
      connectionsMax: config.connectionsPerAddressMax,
      joinsPerMinute: config.joinsPerMinutePerAddress,
      introductionsPerMinute: config.introductionsPerMinutePerAddress,
      introductionsSustained,
      signalBytesPerMinute: config.signalBytesPerMinutePerAddress,
    },
    perToken: {
      connectionsMax: config.connectionsPerTokenMax,
      joinsPerMinute: config.joinsPerMinutePerToken,
      introductionsPerMinute: config.introductionsPerMinutePerToken,
      introductionsSustained,
      signalBytesPerMinute: config.signalBytesPerMinutePerToken,
    },
  }
}

/** The options as the fleet takes them. */
export function fleetSettings(config: TrackerConfig): Omit<FleetSettings, 'self'> {
  const { publicUrl, clusterHeartbeatMs: heartbeatMs, thinMembersMax } = config
  return { publicUrl, heartbeatMs, thinMembersMax }
}

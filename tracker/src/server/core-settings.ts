import type { TrackerConfig } from '../config/config-schema.js'
import type { TrackerSettings } from '../core/tracker-settings.js'

/** The options as the core takes them. */
export function coreSettings(config: TrackerConfig): TrackerSettings {
  return {
    ...config,
    perAddress: {
      connectionsMax: config.connectionsPerAddressMax,
      joinsPerMinute: config.joinsPerMinutePerAddress,
      introductionsPerMinute: config.introductionsPerMinutePerAddress,
      signalBytesPerMinute: config.signalBytesPerMinutePerAddress,
    },
    perToken: {
      connectionsMax: config.connectionsPerTokenMax,
      joinsPerMinute: config.joinsPerMinutePerToken,
      introductionsPerMinute: config.introductionsPerMinutePerToken,
      signalBytesPerMinute: config.signalBytesPerMinutePerToken,
    },
  }
}

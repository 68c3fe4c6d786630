import type { ConfigKey } from './config-schema.js'

const environmentPrefix = 'PRISMESH_TRACKER_'

/** `membersMax` as a flag: `--members-max`. */
export function flagName(key: string): string {
  return `--${words(key).join('-')}`
}

/** `membersMax` as an environment variable: `PRISMESH_TRACKER_MEMBERS_MAX`. */
export function environmentName(key: ConfigKey | 'config'): string {
  return environmentPrefix + words(key).join('_').toUpperCase()
}

export function isOurEnvironmentName(name: string): boolean {
  return name.startsWith(environmentPrefix)
}

function words(key: string): string[] {
  return key.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
}

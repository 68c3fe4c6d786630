import type { PrismeshConfig } from './options.js'

/** The part of the browser's NetworkInformation that the SDK reads. Chromium has it, other browsers do not. */
export interface ConnectionInfo {
  readonly saveData?: boolean
  readonly type?: string
}

/** The part of the browser's BatteryManager that the SDK reads. Chromium has it, other browsers do not. */
export interface BatteryInfo {
  /** 0 to 1. */
  readonly level: number
  readonly charging: boolean
}

/** What the browser tells of the device and of the page on it; undefined where it does not tell. */
export interface Device {
  readonly connection: ConnectionInfo | undefined
  readonly battery: BatteryInfo | undefined
  readonly page: 'visible' | 'hidden'
}

/**
 * Why this device gives nothing to others, whatever its cap: its owner asked to save data, pays for every byte, or is
 * short of power; or the site wants nothing given where nobody looks.
 */
export type UploadObstacle = 'save-data' | 'cellular' | 'battery-low' | 'upload-hidden'

/** Undefined when nothing speaks against uploading, and where the browser does not tell. */
export function uploadObstacle(
  { connection, battery, page }: Device,
  rules: Pick<PrismeshConfig, 'uploadBatteryMin' | 'uploadWhenHidden'>,
): UploadObstacle | undefined {
  if (connection?.saveData === true) return 'save-data'
  if (connection?.type === 'cellular') return 'cellular'
  if (battery !== undefined && !battery.charging && battery.level < rules.uploadBatteryMin)
    return 'battery-low'
  return page === 'hidden' && !rules.uploadWhenHidden ? 'upload-hidden' : undefined
}

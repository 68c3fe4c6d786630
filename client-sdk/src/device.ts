/** The part of the browser's NetworkInformation that the SDK reads. Chromium has it, other browsers do not. */
export interface ConnectionInfo {
  readonly saveData?: boolean
  readonly type?: string
}

/** Why this device gives nothing to others, whatever its cap: its owner pays for every byte, or asked to save. */
export type UploadObstacle = 'save-data' | 'cellular'

/** Undefined when nothing speaks against uploading, and where the browser does not tell. */
export function uploadObstacle(connection: ConnectionInfo | undefined): UploadObstacle | undefined {
  if (connection?.saveData === true) return 'save-data'
  return connection?.type === 'cellular' ? 'cellular' : undefined
}

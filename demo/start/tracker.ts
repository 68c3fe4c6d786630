/** What the demo needs of the tracker. */
interface TrackerModule {
  startTracker(options: {
    host: string
    port: number
    /** Without join tokens: anyone may try the demo. */
    open: true
    quiet?: boolean
  }): Promise<{ url: string; close(): Promise<void> }>
}

/** Starts a tracker in this process. */
export async function startDemoTracker(
  host: string,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const entry = new URL('../../tracker/src/server/start-tracker.js', import.meta.url).href
  const { startTracker } = (await import(entry)) as TrackerModule
  return startTracker({ host, port, open: true, quiet: true })
}

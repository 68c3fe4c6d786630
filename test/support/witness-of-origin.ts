import type { TrackerOptions } from '../../tracker/src/server/start-tracker.js'

/** What makes a tracker witness every stream of an origin on this machine; the URL is of anything on it. */
export function witnessOf(url: string): Pick<TrackerOptions, 'witness' | 'witnessAllowPrivate'> {
  return { witness: [`${new URL(url).origin}/*`], witnessAllowPrivate: true }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { playlistResource, type Resource, type Site } from '../http/resource.js'
import { segmentResource } from './segment-resource.js'

/** The folder a running encoder writes: playlists, and segments named `<rendition>-<media sequence>.ts`. */
export function encoderSite(folder: string): Site {
  return async ({ path }): Promise<Resource | undefined> => {
    const segment = /^(high|low)-(\d+)\.ts$/.exec(path)
    // Only names of this form reach the file system.
    if (!segment && !/^(master|high|low)\.m3u8$/.test(path)) return undefined
    const bytes = await readFile(join(folder, path)).catch(() => undefined)
    if (!bytes) return undefined
    if (!segment) return playlistResource(bytes.toString('utf8'))
    return segmentResource('live', segment[1] ?? '', Number(segment[2]), bytes)
  }
}

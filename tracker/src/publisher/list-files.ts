import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { digestFileName } from '../../../protocol/digest-file.js'
import type { RenditionId } from '../../../protocol/ids.js'
import { segmentKey, type SegmentIdentity } from '../../../protocol/segment-key.js'
import { readHlsPlaylist } from '../core/hls-playlist.js'

/** A segment that a playlist lists now, and the files that belong to it. */
export interface ListedFile {
  readonly segment: SegmentIdentity
  readonly path: string
  readonly digestPath: string
}

export interface FolderListing {
  /** Each digest's file once, whatever lists its segment again. */
  readonly files: readonly ListedFile[]
  /** Where segments and playlists are. */
  readonly folders: ReadonlySet<string>
  /** What could not be used, a line each. Missing files are none: a packager may still write them. */
  readonly problems: readonly string[]
}

/**
 * Reads the playlist of a packager's output, and those that it leads to. A packager lists a segment once it is written, so
 * what is listed is whole. A playlist that is read while it is written is one that ends early, and the next look sees the
 * rest.
 *
 * @param playlist - path of the multivariant playlist, or of a media playlist that stands alone; all else lies below its
 * folder
 */
export async function listFiles(playlist: string): Promise<FolderListing> {
  const root = dirname(resolve(playlist))
  const problems: string[] = []
  const files = new Map<string, ListedFile>()
  const folders = new Set([root])
  const first = readHlsPlaylist(await textOf(playlist))
  const media: { readonly path: string; readonly rendition?: RenditionId }[] =
    first?.kind === 'media' ? [{ path: resolve(playlist) }] : []
  for (const { uri, rendition } of first?.kind === 'multivariant' ? first.renditions : []) {
    const path = pathOf(uri, root, root)
    if (path === undefined) problems.push(`${uri}: is not below the folder of the playlist`)
    else media.push({ path, rendition })
  }
  for (const { path, rendition } of media) {
    const listed = readHlsPlaylist(await textOf(path), rendition)
    if (listed?.kind !== 'media') continue
    folders.add(dirname(path))
    for (const { segment, uri } of listed.segments) {
      const file = pathOf(uri, dirname(path), root)
      if (file === undefined) {
        problems.push(`${uri}: is not below the folder of the playlist`)
        continue
      }
      const digestPath = digestFileName(file, segment)
      folders.add(dirname(file))
      const other = files.get(digestPath)
      if (other === undefined) files.set(digestPath, { segment, path: file, digestPath })
      else if (segmentKey(other.segment) !== segmentKey(segment))
        problems.push(
          `${relative(root, file)}: is listed twice, and has a digest as ${segmentKey(other.segment)} only`,
        )
    }
  }
  return { files: [...files.values()], folders, problems }
}

/** Nothing, while there is no such file. */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

/** The file that a relative URI leads to; undefined outside the root, for other hosts, and for what is no file name. */
function pathOf(uri: string, folder: string, root: string): string | undefined {
  const [name = ''] = uri.split(/[?#]/)
  if (name === '' || /^[a-z][a-z0-9+.-]*:|^\//i.test(name)) return undefined
  let decoded: string
  try {
    decoded = decodeURIComponent(name)
  } catch {
    return undefined
  }
  const path = resolve(folder, decoded)
  return decoded.includes('\0') || !path.startsWith(root.endsWith(sep) ? root : root + sep) ? undefined : path
}

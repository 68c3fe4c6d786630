import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** A folder and the path it is served under. */
export interface StaticFolder {
  /** Starts and ends with a slash. */
  readonly prefix: string
  readonly folder: string
}

export interface StaticFile {
  readonly contentType: string
  readonly bytes: Buffer
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * The file a path stands for, in the first folder whose prefix fits. Only plain names of known types are
 * looked up: no dots but the ones in a file's name, no escapes, so no path leads out of a folder.
 */
export async function findStaticFile(
  folders: readonly StaticFolder[],
  pathname: string,
): Promise<StaticFile | undefined> {
  const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
  const home = folders.find(({ prefix }) => path.startsWith(prefix))
  if (!home) return undefined
  const parts = path.slice(home.prefix.length).split('/')
  if (!parts.every((part) => /^[\w-]+(\.[\w-]+)*$/.test(part))) return undefined
  const contentType = contentTypes[extname(path)]
  if (!contentType) return undefined
  const bytes = await readFile(join(home.folder, ...parts)).catch(() => undefined)
  return bytes && { contentType, bytes }
}

import { open } from 'node:fs/promises'
import type { ListedFile } from './list-files.js'

/** How long the segment is, by its range or by the size of its file. */
export function bytesOf({ segment: { rangeStart, rangeEnd } }: ListedFile, fileBytes: number): number {
  return rangeStart === undefined || rangeEnd === undefined ? fileBytes : rangeEnd - rangeStart
}

/** The segment's bytes; nothing while the file is not there, or does not reach so far. */
export async function readBody(file: ListedFile): Promise<Uint8Array> {
  const handle = await open(file.path).catch(() => undefined)
  if (handle === undefined) return new Uint8Array()
  try {
    const length = bytesOf(file, (await handle.stat()).size)
    const body = Buffer.alloc(length)
    const { bytesRead } = await handle.read(body, 0, length, file.segment.rangeStart ?? 0)
    return bytesRead === length ? body : new Uint8Array()
  } finally {
    await handle.close()
  }
}

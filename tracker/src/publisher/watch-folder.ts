import { watch, type FSWatcher } from 'node:fs'
import type { FolderSigner } from './folder-signer.js'

/** Between looks where the file system tells nothing, as network ones do: a part of a second of a segment's head start. */
const lookMs = 250

/** Looks whenever something changes in the folders, and every so often, until the signal. */
export async function watchFolder(signer: FolderSigner, signal: AbortSignal): Promise<void> {
  const watchers = new Map<string, FSWatcher>()
  let changed = false
  let wake: () => void = () => undefined
  const note = () => {
    changed = true
    wake()
  }
  signal.addEventListener('abort', note, { once: true })
  try {
    while (!signal.aborted) {
      changed = false
      const { folders } = await signer.look()
      for (const folder of folders) {
        if (!watchers.has(folder)) watchFor(folder)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (changed || signal.aborted) wake()
      })
    }
  } finally {
    for (const watcher of watchers.values()) watcher.close()
  }

  /** Files of ours are no news. Where watching is not to be had, the looks have to do. */
  function watchFor(folder: string): void {
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || !/\.digest(?:\.part)?$/.test(name)) note()
      })
      watcher.on('error', () => {
        watcher.close()
        watchers.delete(folder)
      })
      watchers.set(folder, watcher)
    } catch {
      // The folder is not there yet, or there are too many watchers.
    }
  }
}

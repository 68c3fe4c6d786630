import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { MediaIndexSchema, type MediaIndex } from './media-index.js'
import { repoRoot } from './repo-root.js'

/** One quality of the loop. All segments last `MediaLoop.segmentSeconds`; the last one ends the loop. */
export interface LoopRendition {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly codecs: string
  /** Frames per second. */
  readonly frameRate: number
  readonly segments: readonly Buffer[]
}

/** The shipped fragmented MP4: one file, addressed by byte ranges. */
export interface FragmentedMp4 {
  readonly layout: MediaIndex['fmp4']
  readonly bytes: Buffer
}

/** The media of the demo, held in memory: it is under 4 MB, and every request is served from it. */
export interface MediaLoop {
  readonly frameRate: number
  readonly segmentSeconds: number
  /** Best quality first. */
  readonly renditions: readonly LoopRendition[]
  /** The loop with few and small pictures, for many viewers on one machine. */
  readonly sparse: LoopRendition
  readonly fmp4: FragmentedMp4
}

/**
 * Reads the shipped loop and joins its 2 s segments into segments of the length asked for.
 *
 * @throws Error when the length is not a multiple of the shipped one that divides the loop.
 */
export async function loadMediaLoop(
  segmentSeconds: number,
  folder: string = join(repoRoot(), 'demo', 'media'),
): Promise<MediaLoop> {
  const index = v.parse(MediaIndexSchema, JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')))
  const read = async (
    rendition: MediaIndex['renditions'][number],
    frameRate: number,
  ): Promise<LoopRendition> => {
    const files = rendition.segments.map((segment) => readFile(join(folder, segment.file)))
    const perSegment = filesPerSegment(rendition.segments, segmentSeconds)
    const { name, width, height, codecs } = rendition
    return {
      name,
      width,
      height,
      codecs,
      frameRate,
      segments: joinRuns(await Promise.all(files), perSegment),
    }
  }
  const { frameRate, sparse } = index
  return {
    frameRate,
    segmentSeconds,
    renditions: await Promise.all(index.renditions.map((rendition) => read(rendition, frameRate))),
    sparse: await read(sparse, sparse.frameRate),
    fmp4: { layout: index.fmp4, bytes: await readFile(join(folder, index.fmp4.file)) },
  }
}

function filesPerSegment(files: readonly { seconds: number }[], segmentSeconds: number): number {
  const fileSeconds = files[0]?.seconds ?? 0
  // The live timeline is a division of the clock, which only equal durations allow.
  if (files.some((file) => file.seconds !== fileSeconds)) throw new Error('the loop has unequal segments')
  const perSegment = segmentSeconds / fileSeconds
  if (!Number.isInteger(perSegment) || files.length % perSegment !== 0) {
    throw new Error(`a loop of ${files.length} files of ${fileSeconds} s has no ${segmentSeconds} s segments`)
  }
  return perSegment
}

function joinRuns(files: readonly Buffer[], perSegment: number): Buffer[] {
  const joined: Buffer[] = []
  for (let at = 0; at < files.length; at += perSegment) {
    joined.push(Buffer.concat(files.slice(at, at + perSegment)))
  }
  return joined
}

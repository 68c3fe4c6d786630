import { mkdir, mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes of the segment with this number: no two are alike, and each has several blocks. */
export function segmentBody(sequence: number): Uint8Array {
  return Uint8Array.from({ length: 40_000 + sequence }, (_, index) => (index * 31 + sequence * 7) % 251)
}

/** A folder written as a live packager writes it: a segment, then the playlist that lists it, and then the oldest goes. */
export class PackagerFolder {
  private newest = -1

  private constructor(
    readonly root: string,
    private readonly windowSegments: number,
  ) {}

  static async open(windowSegments = 4): Promise<PackagerFolder> {
    const root = await mkdtemp(join(tmpdir(), 'prismesh-packager-'))
    await mkdir(join(root, 'v'))
    const master = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360\nv/live.m3u8\n'
    await writeFile(join(root, 'master.m3u8'), master)
    return new PackagerFolder(root, windowSegments)
  }

  get playlist(): string {
    return join(this.root, 'master.m3u8')
  }

  segmentPath(sequence: number): string {
    return join(this.root, 'v', `seg-${sequence}.ts`)
  }

  digestPath(sequence: number): string {
    return `${this.segmentPath(sequence)}.digest`
  }

  /** Numbers of the segments that are listed. */
  get listed(): readonly number[] {
    const first = Math.max(0, this.newest - this.windowSegments + 1)
    return Array.from({ length: this.newest - first + 1 }, (_, index) => first + index)
  }

  async publish(body = segmentBody(this.newest + 1)): Promise<void> {
    await writeFile(this.segmentPath(this.newest + 1), body)
    await this.list()
  }

  /** Lists one segment more, whether it is there or not. */
  async list(): Promise<void> {
    const oldest = this.listed[0]
    this.newest += 1
    const lines = this.listed.map((sequence) => `#EXTINF:2,\nseg-${sequence}.ts`)
    const head = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${this.listed[0]}\n`
    const path = join(this.root, 'v', 'live.m3u8')
    await writeFile(`${path}.tmp`, `${head}${lines.join('\n')}\n`)
    await rename(`${path}.tmp`, path)
    if (oldest !== undefined && oldest !== this.listed[0]) await unlink(this.segmentPath(oldest))
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true })
  }
}

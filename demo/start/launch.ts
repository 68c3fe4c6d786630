/** Starts the parts of the demo, in the order they need each other, and names what can be closed. */
import { join } from 'node:path'
import { createOrigin } from '../origin/create-origin.js'
import { startLiveEncoder } from '../origin/ffmpeg/live-encoder.js'
import { repoRoot } from '../origin/media/repo-root.js'
import { checkSource } from '../origin/source/check-source.js'
import { startTracker } from '../../tracker/src/index.js'
import type { CliOptions } from './cli-options.js'
import { startPageServer } from './page-server.js'
import { listening, StartFailure } from './start-failure.js'
import { startViewers } from './viewers.js'

export interface Demo {
  readonly pageUrl: string
  readonly streamUrl: string
  readonly trackerUrl: string
  readonly originUrl: string
  /** False when the page reads a foreign stream by itself: the origin then sees none of its bytes. */
  readonly countsBytes: boolean
}

/** Whatever this machine is called by the device that watches, it is one stream. */
const demoStreamId = 'prismesh-demo'
/** Segments kept after they left the playlist, here and in ffmpeg's folder. */
const graceSegments = 3

/**
 * @param closers takes what must be closed, as it comes to life, so that a start that fails halfway can be undone.
 * @throws StartFailure with one line for people.
 */
export async function launchDemo(
  cli: CliOptions,
  closers: (() => Promise<void>)[],
  onDied: (line: string) => void,
): Promise<Demo> {
  const { host } = cli
  const passThrough = cli.source === undefined ? false : await mustPassThrough(cli.source, cli.proxy)
  const encoder = cli.ffmpeg ? await startEncoder(cli, onDied) : undefined
  if (encoder) closers.push(() => encoder.close())

  const origin = await listening(cli.originPort, '--origin-port', () =>
    createOrigin({
      host,
      port: cli.originPort,
      segmentSeconds: cli.segmentSeconds,
      windowSegments: cli.window,
      graceSegments,
      oneRendition: cli.oneRendition,
      ...(passThrough && cli.source !== undefined ? { sourceUrl: cli.source } : {}),
      ...(encoder ? { encoderFolder: encoder.folder } : {}),
    }),
  )
  closers.push(() => origin.close())

  const countsBytes = cli.source === undefined || passThrough
  const streamUrl = countsBytes ? origin.streamUrl : cli.source
  const tracker = await listening(cli.trackerPort, '--tracker-port', () =>
    startTracker({
      host,
      port: cli.trackerPort,
      open: true,
      quiet: true,
      // One stream, by rule; its origin is on this machine.
      witness: [`${demoStreamId}=${streamUrl}`],
      witnessAllowPrivate: true,
    }),
  )
  closers.push(() => tracker.close())

  const page = await listening(cli.pagePort, '--page-port', () =>
    startPageServer({
      host,
      port: cli.pagePort,
      config: {
        stream: streamUrl,
        streamId: demoStreamId,
        tracker: tracker.url,
        trackerStats: `${tracker.url.replace(/^ws/, 'http')}/stats`,
        ...(countsBytes
          ? { originStats: `${origin.url}/origin/stats`, faults: `${origin.url}/origin/faults` }
          : {}),
      },
      folders: [
        { prefix: '/sdk/', folder: join(repoRoot(), 'client-sdk', 'dist') },
        { prefix: '/', folder: join(repoRoot(), 'demo', 'dist') },
      ],
    }),
  )
  closers.push(() => page.close())

  if (cli.viewers > 0) {
    const viewers = await startViewers(page.url, cli.viewers)
    closers.push(() => viewers.close())
  }
  return {
    pageUrl: page.url,
    streamUrl,
    trackerUrl: tracker.url,
    originUrl: origin.url,
    countsBytes,
  }
}

/** Whether the source must go through the origin; throws when it cannot be played at all. */
async function mustPassThrough(source: string, asked: boolean): Promise<boolean> {
  const check = await checkSource(source)
  if (!check.ok) throw new StartFailure(`Cannot play ${source}: ${check.reason}.`)
  return asked || !check.openToPages
}

async function startEncoder(cli: CliOptions, onDied: (line: string) => void) {
  try {
    const { segmentSeconds, window, oneRendition } = cli
    return await startLiveEncoder({
      segmentSeconds,
      windowSegments: window,
      graceSegments,
      oneRendition,
      onDied,
    })
  } catch (error) {
    throw new StartFailure(error instanceof Error ? error.message : String(error))
  }
}

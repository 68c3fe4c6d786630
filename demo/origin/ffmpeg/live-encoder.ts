import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { encoderArguments, type EncoderShape } from './encoder-arguments.js'

/** A running ffmpeg, and the folder it writes. */
export interface LiveEncoder {
  readonly folder: string
  /** Ends ffmpeg and removes the folder. May be called twice. */
  close(): Promise<void>
}

export interface LiveEncoderOptions extends Omit<EncoderShape, 'canDrawText'> {
  /** Called once, with a line for people, when ffmpeg ends on its own. */
  readonly onDied: (line: string) => void
}

/** A machine that has not written a first playlist by then is too slow to encode live. */
const startTimeoutMs = 30_000

/** A well-behaved ffmpeg ends in a few milliseconds. */
const endTimeoutMs = 1000

/**
 * Starts ffmpeg and waits for its first playlists.
 *
 * @throws Error with one line for people, when ffmpeg is missing, fails or is too slow.
 */
export async function startLiveEncoder(options: LiveEncoderOptions): Promise<LiveEncoder> {
  const canDrawText = listFilters().includes(' drawtext ')
  const folder = await mkdtemp(join(tmpdir(), 'prismesh-encoder-'))
  const child = spawn('ffmpeg', encoderArguments(folder, { ...options, canDrawText }), {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let lastWords = ''
  child.stderr.on('data', (text: Buffer) => {
    lastWords = (lastWords + text.toString('utf8')).slice(-2000)
  })
  const reason = (): string => lastWords.trim().split('\n').at(-1) || 'it gave no reason'
  // However this process ends, no ffmpeg stays behind.
  const killAtExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killAtExit)
  child.once('exit', () => process.off('exit', killAtExit))
  const close = closer(child, folder)
  try {
    await untilPlaylists(child, join(folder, 'master.m3u8'), reason)
  } catch (error) {
    await close()
    throw error
  }
  const onExit = (): void => options.onDied(`ffmpeg has ended, and the live stream with it: ${reason()}`)
  child.once('exit', onExit)
  return {
    folder,
    close() {
      child.off('exit', onExit)
      return close()
    },
  }
}

/** The list ffmpeg prints of its filters; also the test whether there is an ffmpeg. */
function listFilters(): string {
  const { error, stdout } = spawnSync('ffmpeg', ['-hide_banner', '-filters'], { encoding: 'utf8' })
  if (error) {
    throw new Error('ffmpeg is not installed. Install it (e.g. apt install ffmpeg), or leave out --ffmpeg.')
  }
  return stdout
}

async function untilPlaylists(child: ChildProcess, master: string, reason: () => string): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs
  while (!existsSync(master)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ffmpeg failed: ${reason()}`)
    if (performance.now() > deadlineMs) {
      throw new Error(
        `ffmpeg wrote no playlist in ${startTimeoutMs / 1000} s: this machine may be too slow for it`,
      )
    }
    await delay(100)
  }
}

function closer(child: ChildProcess, folder: string): () => Promise<void> {
  let closed: Promise<void> | undefined
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      const ended = await Promise.race([exited.then(() => true), delay(endTimeoutMs, false, { ref: false })])
      if (!ended) {
        child.kill('SIGKILL')
        await exited
      }
    }
    await rm(folder, { recursive: true, force: true })
  }
  return () => (closed ??= end())
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { rssBytesOf } from '../../bench/tracker/load/server-account.js'
import { repoRoot } from '../../support/browser/repo-root.js'

export interface TrackerFootprint {
  readonly rssBytes: number
  readonly openFiles: number
}

/** The command, as an operator runs it, in a process of its own, with all that it writes. */
export class FuzzedTracker {
  /** Lines of its log that tell of a bug, and whatever it wrote to standard error. */
  readonly complaints: string[] = []
  port = 0

  private constructor(private readonly child: ChildProcess) {}

  /** @throws Error when it ends before it listens */
  static async start(flags: readonly string[]): Promise<FuzzedTracker> {
    const script = join(repoRoot, 'build/tracker/src/cli.js')
    const child = spawn(process.execPath, [script, '--open', '--port', '0', ...flags], { stdio: 'pipe' })
    const tracker = new FuzzedTracker(child)
    await tracker.listening()
    return tracker
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  footprint(): TrackerFootprint {
    const pid = this.child.pid ?? 0
    return { rssBytes: rssBytesOf(pid), openFiles: readdirSync(`/proc/${pid}/fd`).length }
  }

  /** `connections` as it counts them itself. */
  async connections(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.port}/stats`, {
      signal: AbortSignal.timeout(10_000),
    })
    return ((await response.json()) as { connections: number }).connections
  }

  /** Ends it as an operator does; the exit code. */
  async stop(): Promise<number | null> {
    if (!this.isAlive) return this.child.exitCode
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await ended
    return this.child.exitCode
  }

  private async listening(): Promise<void> {
    let rest = ''
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.complaints.push(text))
    await new Promise<void>((resolve, reject) => {
      this.child.once('exit', (code) =>
        reject(new Error(`the tracker ended with ${code}: ${this.complaints.join()}`)),
      )
      this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const entry = JSON.parse(line) as { level: number; url?: string }
          // 50 is pino's "error", which is how the tracker tells of its own bugs.
          if (entry.level >= 50) this.complaints.push(line)
          if (entry.url !== undefined) this.port = Number(new URL(entry.url).port)
          if (this.port > 0) resolve()
        }
      })
    })
  }
}

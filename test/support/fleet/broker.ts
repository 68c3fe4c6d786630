import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild, untilListening, type Child } from './child.js'
import { freePort } from './free-port.js'

export type BrokerKind = 'redis' | 'nats'
export const brokerKinds: readonly BrokerKind[] = ['redis', 'nats']

/** A real broker on a port of its own, with its files in a folder of its own. */
export class Broker {
  private child: Child | undefined

  private constructor(
    readonly kind: BrokerKind,
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(kind: BrokerKind): Promise<Broker> {
    const broker = new Broker(kind, await freePort(), mkdtempSync(join(tmpdir(), `prismesh-${kind}-`)))
    await broker.start()
    return broker
  }

  get url(): string {
    return `${this.kind}://127.0.0.1:${this.port}`
  }

  /** Starts it on its port, again if it was there before. */
  async start(): Promise<void> {
    const port = String(this.port)
    this.child =
      this.kind === 'redis'
        ? await startChild(
            'redis-server',
            ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.folder],
            { package: 'redis-server' },
          )
        : await startChild('nats-server', ['-a', '127.0.0.1', '-p', port], {
            package: 'nats-server',
            cwd: this.folder,
          })
    await untilListening(this.port, this.child)
  }

  async kill(): Promise<void> {
    await this.child?.kill()
    this.child = undefined
  }

  /** Stops it from running without closing a socket, as a machine that hangs does; and lets it run again. */
  freeze(frozen: boolean): void {
    this.child?.process.kill(frozen ? 'SIGSTOP' : 'SIGCONT')
  }

  async close(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer, type ServerOptions } from 'ws'
import { trackerMessageBytesMax } from '../../../protocol/limits.js'
import type { TrackerConfig } from '../config/config-schema.js'
import { TrackerCore } from '../core/tracker-core.js'
import { CoreDriver } from './core-driver.js'
import { Heartbeat } from './heartbeat.js'
import { answerHttp, pathOf } from './http-api.js'
import { listenError } from './listen-error.js'
import { MemberSocket } from './member-socket.js'
import { createTrackerKeys } from './node-keys.js'
import { StatsSource, type StatsDocument } from './stats-document.js'

/** Connections the system may hold ready for us: a crowd joins within seconds. 511 is Node's default. */
const backlog = 4096
/** Milliseconds for a request's headers and body. Upgraded connections have left these rules behind. */
const requestTimeoutMs = 10_000
/** Milliseconds the other end gets to answer a close frame: a stop must end within three seconds. */
const closeTimeoutMs = 1000

/** The WebSocket and HTTP side of one tracker. */
export class TrackerServer {
  private readonly http: Server
  private readonly webSockets: WebSocketServer
  private readonly driver: CoreDriver
  private readonly heartbeat: Heartbeat
  private readonly statsSource: StatsSource
  private draining = false

  constructor(
    private readonly config: TrackerConfig,
    log: Logger,
  ) {
    const clock = () => performance.now()
    const core = new TrackerCore(config, createTrackerKeys(config.secret), Math.random)
    this.driver = new CoreDriver(core, clock, config.bufferedBytesMax, log)
    this.heartbeat = new Heartbeat(this.driver.sockets, config.heartbeatMs)
    this.statsSource = new StatsSource(() => core.stats(config.streamsListedMax), clock)
    this.webSockets = new WebSocketServer(webSocketOptions())
    const answers = { stats: () => this.statsSource.text(), isDraining: () => this.draining }
    this.http = createServer(
      {
        headersTimeout: requestTimeoutMs,
        requestTimeout: requestTimeoutMs,
        keepAlive: true,
        keepAliveInitialDelay: 60_000,
      },
      (request, response) => answerHttp(request, response, answers),
    )
    this.http.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head))
  }

  /** Resolves with the port that is listened at; rejects with a {@link PrismeshTrackerError}. */
  async listen(): Promise<number> {
    const { host, port } = this.config
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', (error) => {
        this.heartbeat.stop()
        reject(listenError(error, host, port))
      })
      this.http.listen({ host, port, backlog }, resolve)
    })
    return (this.http.address() as AddressInfo).port
  }

  stats(): StatsDocument {
    return this.statsSource.document()
  }

  /** Sends everyone away, and resolves when no socket, timer or listener is left. Called once. */
  async close(): Promise<void> {
    this.draining = true
    await this.driver.stop()
    this.heartbeat.stop()
    await new Promise<void>((resolve) => {
      this.http.close(() => resolve())
      this.http.closeAllConnections()
    })
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (pathOf(request) !== '/') return refuseUpgrade(socket, '404 Not Found')
    if (this.draining) return refuseUpgrade(socket, '503 Service Unavailable')
    // Its type does not say that the class in the options is the one it makes.
    this.webSockets.handleUpgrade(request, socket, head, (member) =>
      this.driver.opened(member as MemberSocket),
    )
  }
}

/**
 * `maxPayload` is above the protocol's limit, so that what is only a little too long is answered with a code;
 * beyond it `ws` closes with 1009. Compression is off: 64 KB of zlib for a member whose messages are few.
 */
function webSocketOptions() {
  // @types/ws 8.18 does not know closeTimeout yet.
  const options: ServerOptions<typeof MemberSocket> & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 2 * trackerMessageBytesMax,
    closeTimeout: closeTimeoutMs,
    WebSocket: MemberSocket,
  }
  return options
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import type { TrackerConfig } from '../../config/config-schema.js'
import { openAdmission } from '../../admission/open-admission.js'
import { originAdmission } from '../../admission/origin-admission.js'
import type { Admission, AdmissionCode } from '../../admission/admission.js'
import { Heartbeat } from '../heartbeat.js'
import type { OtherProtocol } from '../doorkeeper.js'
import { openMessageLane } from '../message-lane.js'
import { refuseUpgrade } from '../refuse-upgrade.js'
import { webSocketOptions } from '../web-socket-options.js'
import { WebtorrentCore } from '../../webtorrent/webtorrent-core.js'
import type { WebtorrentStats } from '../../webtorrent/webtorrent-stats.js'
import { ClientSocket } from './client-socket.js'
import { WebtorrentDriver } from './webtorrent-driver.js'

/** Where WebTorrent clients connect to, while the tracker's own protocol is at `/`. */
export class WebtorrentEndpoint implements OtherProtocol {
  private readonly core: WebtorrentCore
  private readonly driver: WebtorrentDriver
  private readonly heartbeat: Heartbeat
  private readonly webSockets: WebSocketServer
  private readonly admission: Admission
  private readonly messageBytesMax: number

  /** @param refused - called with the code of an upgrade that is turned away */
  constructor(
    config: TrackerConfig,
    clock: () => number,
    log: Logger,
    private readonly refused: (code: AdmissionCode) => void,
  ) {
    this.messageBytesMax = config.webtorrentMessageBytesMax
    this.core = new WebtorrentCore(webtorrentSettings(config), Math.random)
    this.driver = new WebtorrentDriver(this.core, clock, log)
    this.heartbeat = new Heartbeat(this.driver.sockets, config.heartbeatMs)
    // Who states no origin is no page of these: the same as for those who bring no token to `/`.
    this.admission =
      config.allowOrigin.length === 0
        ? openAdmission
        : originAdmission(config.allowOrigin, openAdmission, false)
    this.webSockets = new WebSocketServer(webSocketOptions(ClientSocket, this.messageBytesMax))
  }

  /** Decides on an upgrade that comes neither too often nor too late. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, client: string): Promise<void> {
    const destroy = () => socket.destroy()
    socket.on('error', destroy)
    const { origin } = request.headers
    const admitted = await this.admission.admit({ origin, token: undefined })
    socket.off('error', destroy)
    if (!admitted.ok) {
      this.refused(admitted.code)
      return refuseUpgrade(socket, '403 Forbidden')
    }
    this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const clientSocket = webSocket as ClientSocket
      clientSocket.speakThrough(socket)
      openMessageLane(clientSocket, socket, this.messageBytesMax)
      this.driver.opened(clientSocket, client)
    })
  }

  stats(): WebtorrentStats {
    return this.core.stats()
  }

  /** Sends everyone away, and resolves when no socket or timer is left. */
  async stop(): Promise<void> {
    this.heartbeat.stop()
    await this.driver.stop()
  }
}

function webtorrentSettings(config: TrackerConfig) {
  return {
    connectionsMax: config.webtorrentConnectionsMax,
    connectionsPerAddressMax: config.connectionsPerAddressMax,
    swarmsMax: config.webtorrentSwarmsMax,
    swarmsPerConnectionMax: config.webtorrentSwarmsPerConnectionMax,
    peersPerSwarmMax: config.webtorrentPeersPerSwarmMax,
    offersPerAnnounceMax: config.webtorrentOffersPerAnnounceMax,
    offersPerMinute: config.webtorrentOffersPerMinute,
    offersPerMinutePerAddress: config.webtorrentOffersPerMinutePerAddress,
    intervalSeconds: config.webtorrentIntervalSeconds,
    messageBurst: config.webtorrentMessageBurst,
    messagesPerSecond: config.webtorrentMessagesPerSecond,
    firstMessageTimeoutMs: config.joinTimeoutMs,
  }
}

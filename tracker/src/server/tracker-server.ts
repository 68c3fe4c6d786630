import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { AdmissionCode } from '../admission/admission.js'
import type { TrackerConfig } from '../config/config-schema.js'
import { TrackerCore } from '../core/tracker-core.js'
import type { TrackerInput } from '../core/tracker-input.js'
import type { UsedTokens } from '../admission/used-tokens.js'
import type { OpenBus } from '../fleet/cluster-bus.js'
import { Fleet } from '../fleet/fleet.js'
import type { PlaceLookup } from '../places/place-lookup.js'
import { BanOrders } from './ban-orders.js'
import { clientNames } from './client-name.js'
import { CoreDriver } from './core-driver.js'
import { coreSettings, fleetSettings } from './core-settings.js'
import type { ConfiguredAdmission } from './create-admission.js'
import { DigestDesk } from './digest-desk.js'
import { Doorkeeper, type UpgradeRefusal } from './doorkeeper.js'
import { FleetDigests } from './fleet-digests.js'
import { Heartbeat } from './heartbeat.js'
import { answerHttp, type HttpAnswers } from './http-api.js'
import { blockListOf } from './ip-address.js'
import { listenError } from './listen-error.js'
import { createTrackerKeys } from './node-keys.js'
import { hearPolicies, sharePolicy } from './operator/fleet-policy.js'
import { OperatorDesk } from './operator/operator-desk.js'
import { OverloadGate } from './overload-gate.js'
import { presentMoment } from './present-moment.js'
import { StatsSource, type StatsDocument } from './stats-document.js'
import { readTls, type TlsFiles } from './tls-context.js'
import { WebtorrentEndpoint } from './webtorrent/webtorrent-endpoint.js'

/** Connections the system may hold ready for us: a crowd joins within seconds. 511 is Node's default. */
const backlog = 4096
/** Milliseconds for a request's headers and body. Upgraded connections have left these rules behind. */
const requestTimeoutMs = 10_000
/** Where BitTorrent's trackers are by custom. */
const webtorrentPath = '/announce'

/** The WebSocket and HTTP side of one tracker. */
export class TrackerServer {
  private readonly http: Server | TlsServer
  private readonly driver: CoreDriver
  private readonly heartbeat: Heartbeat
  private readonly statsSource: StatsSource
  private readonly operator: OperatorDesk
  private readonly digests: DigestDesk
  private readonly core: TrackerCore
  private readonly overload: OverloadGate
  private readonly fleet: Fleet | undefined
  private readonly fleetDigests: FleetDigests | undefined
  private readonly webtorrent: WebtorrentEndpoint | undefined
  /** Bans that the operator orders, here and in the whole fleet. */
  readonly bans: BanOrders
  private draining = false

  constructor(
    private readonly config: TrackerConfig,
    { admission, used }: Pick<ConfiguredAdmission, 'admission' | 'used'>,
    private readonly places: PlaceLookup,
    private readonly log: Logger,
    openBus?: OpenBus,
  ) {
    const clock = () => performance.now()
    this.digests = new DigestDesk(config, log)
    const keys = createTrackerKeys(config.secret, this.digests.keyOf)
    const core = new TrackerCore(coreSettings(config), keys, Math.random)
    this.core = core
    this.driver = new CoreDriver(core, clock, config.bufferedBytesMax, log)
    this.heartbeat = new Heartbeat(this.driver.sockets, config.heartbeatMs)
    const refused = (code: AdmissionCode | UpgradeRefusal | 'tracker-full') => {
      this.operator.countRefused(code)
      log.debug({ code }, 'connection refused')
    }
    this.webtorrent = config.webtorrent ? new WebtorrentEndpoint(config, clock, log, refused) : undefined
    const stats = (now: number, most: number) => ({
      ...core.stats(now, most),
      ...(this.fleet ? { fleet: this.fleet.stats() } : {}),
      ...(this.webtorrent ? { webtorrent: this.webtorrent.stats() } : {}),
    })
    this.statsSource = new StatsSource(stats, clock, config.streamsListedMax)
    this.operator = new OperatorDesk(config, {
      core,
      driver: this.driver,
      stats: this.statsSource,
      clock,
      log,
      isDraining: () => this.draining,
      orderBan: (who, seconds) => this.bans.order(who, seconds),
      policySet: (stream, policy) => this.fleet && sharePolicy(this.fleet, stream, policy),
    })
    this.overload = new OverloadGate(config.loopDelayMaxMs, clock, Math.random)
    const doorkeeper = new Doorkeeper({
      overload: this.overload,
      admission,
      clients: this.clients(),
      isDraining: () => this.draining,
      mayAttempt: (client) => core.mayAttempt(clock(), client),
      opened: (socket, client, grant, place) => this.driver.opened(socket, client, grant, place),
      otherProtocol: (path) => (path === webtorrentPath ? this.webtorrent : undefined),
      refused,
    })
    const answers: HttpAnswers = {
      stats: () => this.statsSource.text(),
      isDraining: () => this.draining,
      isWebSocketPath: (path: string) => path === '/' || (path === webtorrentPath && config.webtorrent),
      operator: (request, response, path) => this.operator.answer(request, response, path),
    }
    const options = {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: requestTimeoutMs / 5,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
    }
    const answer: RequestListener = (request, response) => answerHttp(request, response, answers)
    const tls = tlsFiles(config)
    this.http = tls ? createTlsServer({ ...options, ...readTls(tls) }, answer) : createServer(options, answer)
    this.http.on('upgrade', (request, socket, head) => doorkeeper.upgrade(request, socket, head))
    // Last: nothing above that throws may leave a connection to the broker behind.
    const tell = (input: TrackerInput) => this.driver.tell(input)
    const tokenUsed = (token: string, ttlMs: number) => used.usedElsewhere(presentMoment(), token, ttlMs)
    this.fleet = openBus && new Fleet(fleetSettings(config), { openBus, core, tell, tokenUsed, clock, log })
    if (this.fleet) this.fleetDigests = this.joinFleet(this.fleet, used)
    this.bans = new BanOrders(this.driver, this.fleet)
    this.driver.onBanned = (subject, forMs) => this.bans.share(subject, forMs)
  }

  private joinFleet(fleet: Fleet, used: UsedTokens): FleetDigests {
    hearPolicies(fleet, this.operator.policies)
    used.counted = (token, ttlMs) => fleet.tellTokenUsed(token, Math.max(0, Math.round(ttlMs)))
    return new FleetDigests({
      fleet,
      swarms: this.core.swarms,
      clock: () => performance.now(),
      isGenuine: this.digests.isGenuine,
      digestsMade: (stream, digests) => this.driver.digestsMade(stream, digests),
    })
  }

  /** Resolves with the port that is listened at; rejects with a {@link PrismeshTrackerError}. */
  async listen(): Promise<number> {
    const { host, port } = this.config
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', (error) => {
        this.heartbeat.stop()
        this.overload.stop()
        void this.operator.close()
        void this.fleet?.close()
        void this.webtorrent?.stop()
        reject(listenError(error, host, port))
      })
      this.http.listen({ host, port, backlog }, resolve)
    })
    this.digests.open({
      followed: () => this.core.followed(),
      digestsMade: (stream, digests) => {
        this.driver.digestsMade(stream, digests)
        this.fleetDigests?.share(stream, digests)
      },
      // Each process looks at the playlists of its own members' streams, so that there is nothing to tell the fleet.
      edgeMade: (stream, edge) => this.driver.edgeMade(stream, edge),
      fellows: this.fleetDigests,
    })
    return (this.http.address() as AddressInfo).port
  }

  stats(): StatsDocument {
    return this.statsSource.document()
  }

  /** Sends everyone away, and resolves when no socket, timer or listener is left. Called once. */
  async close(): Promise<void> {
    this.draining = true
    this.digests.close()
    await this.fleet?.close()
    await Promise.all([this.driver.stop(), this.webtorrent?.stop()])
    this.heartbeat.stop()
    this.overload.stop()
    await this.operator.close()
    await new Promise<void>((resolve) => {
      this.http.close(() => resolve())
      this.http.closeAllConnections()
    })
  }

  /** Reads operator's token, certificate and key again, for what comes; throws and keeps the old when they are wrong. */
  reloadFiles(): void {
    this.operator.reload()
    const tls = tlsFiles(this.config)
    if (tls && 'setSecureContext' in this.http) this.http.setSecureContext(readTls(tls))
  }

  private clients() {
    const { trustedProxy, proxyHeader } = this.config
    let warned = false
    return clientNames(blockListOf(trustedProxy), proxyHeader, this.places, () => {
      if (!warned) this.log.warn('an untrusted proxy forwards clients, who count as one: see trustedProxy')
      warned = true
    })
  }
}

function tlsFiles({ tlsCert, tlsKey }: TrackerConfig): TlsFiles | undefined {
  return tlsCert === undefined || tlsKey === undefined ? undefined : { tlsCert, tlsKey }
}

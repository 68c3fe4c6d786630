import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { tokenAmong, trackerSubprotocol } from '../../../protocol/join-token.js'
import { trackerMessageBytesMax } from '../../../protocol/limits.js'
import { encodeTrackerMessage } from '../../../protocol/tracker-messages.js'
import type { Admission, AdmissionCode } from '../admission/admission.js'
import type { Grant } from '../core/grant.js'
import type { Place } from '../core/place.js'
import { closeCodes } from '../core/tracker-output.js'
import type { ClientNames } from './client-name.js'
import { pathOf } from './http-api.js'
import { MemberSocket } from './member-socket.js'
import { openMessageLane } from './message-lane.js'
import type { OverloadGate } from './overload-gate.js'
import { refuseUpgrade } from './refuse-upgrade.js'
import { webSocketOptions } from './web-socket-options.js'

/** Above the protocol's limit, so that what is only a little too long is answered with a code. */
const messageBytesMax = 2 * trackerMessageBytesMax

/** Decides by itself on upgrades that come neither too often nor too late. `client` names the network they come from. */
export interface OtherProtocol {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, client: string): Promise<void>
}

export interface DoorkeeperParts {
  readonly admission: Admission
  readonly clients: ClientNames
  readonly overload: OverloadGate
  isDraining(): boolean
  /** Counts an attempt of a client, and says whether it may go on. */
  mayAttempt(client: string): boolean
  opened(socket: MemberSocket, client: string, grant: Grant, place: Place): void
  /** Who speaks another protocol at this path, if somebody does. */
  otherProtocol(path: string): OtherProtocol | undefined
  refused(code: AdmissionCode | UpgradeRefusal | 'tracker-full'): void
}

/** Why an upgrade gets a status and nothing else. */
export type UpgradeRefusal = keyof typeof upgradeStatus
const upgradeStatus = {
  'not-found': '404 Not Found',
  'too-many-attempts': '429 Too Many Requests',
  draining: '503 Service Unavailable',
  overloaded: '503 Service Unavailable',
} as const

/**
 * Decides at the upgrade who becomes a connection. Floods get a status and nothing else, before any signature is
 * looked at. Who is refused for its token or origin gets the handshake, an `error` with the code, and the close: a
 * browser hides the status of a failed handshake from its page, to which it would look like a broken network.
 */
export class Doorkeeper {
  private readonly webSockets = new WebSocketServer({
    ...webSocketOptions(MemberSocket, messageBytesMax),
    // Never the one that holds the token: what is chosen is sent back.
    handleProtocols: (offered) => (offered.has(trackerSubprotocol) ? trackerSubprotocol : false),
  })

  constructor(private readonly parts: DoorkeeperParts) {}

  /** Listener of the event `upgrade` of an HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = pathOf(request)
    const other = this.parts.otherProtocol(path)
    if (path !== '/' && !other) return this.refuse(socket, 'not-found')
    if (this.parts.isDraining()) return this.refuse(socket, 'draining')
    const client = this.parts.clients.nameOf(request)
    if (!this.parts.mayAttempt(client)) return this.refuse(socket, 'too-many-attempts')
    const answer = this.parts.overload.ask()
    if (answer === 'in')
      return void (other
        ? other.upgrade(request, socket, head, client)
        : this.admit(request, socket, head, client))
    const retryAfterMs = this.parts.overload.retryAfterMs()
    // Only our own clients understand more than a status.
    if (answer === 'refused' || other) {
      return this.refuse(socket, 'overloaded', `Retry-After: ${Math.ceil(retryAfterMs / 1000)}\r\n`)
    }
    this.parts.refused('tracker-full')
    this.webSockets.handleUpgrade(request, socket, head, (member) => sendAway(member, retryAfterMs))
  }

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer, client: string): Promise<void> {
    const destroy = () => socket.destroy()
    socket.on('error', destroy)
    const { origin, 'sec-websocket-protocol': offered } = request.headers
    const admitted = await this.parts.admission.admit({ origin, token: tokenAmong(offered) })
    socket.off('error', destroy)
    if (this.parts.isDraining()) return this.refuse(socket, 'draining')
    if (!admitted.ok) this.parts.refused(admitted.code)
    this.webSockets.handleUpgrade(request, socket, head, (member) => {
      if (!admitted.ok) return turnAway(member, admitted.code, admitted.detail)
      member.speakThrough(socket)
      openMessageLane(member, socket, messageBytesMax)
      this.parts.opened(member, client, admitted.value, this.parts.clients.placeOf(request))
    })
  }

  private refuse(socket: Duplex, code: UpgradeRefusal, header = ''): void {
    this.parts.refused(code)
    refuseUpgrade(socket, upgradeStatus[code], header)
  }
}

function turnAway(socket: MemberSocket, code: AdmissionCode, detail: string): void {
  socket.send(encodeTrackerMessage({ kind: 'error', code, message: detail }), () => undefined)
  socket.close(closeCodes.policyViolation, code)
}

/** Like those above, but not for good. */
function sendAway(socket: MemberSocket, retryAfterMs: number): void {
  const message = 'the tracker is busy'
  const error = { kind: 'error', code: 'tracker-full', message, retryAfterMs } as const
  socket.send(encodeTrackerMessage(error), () => undefined)
  socket.close(closeCodes.tryAgainLater, 'tracker-full')
}

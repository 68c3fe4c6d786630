import { sha256 } from '@noble/hashes/sha2.js'
import type { MemberId } from '../../protocol/ids.js'
import { idBytes } from '../../protocol/ids.js'
import { EngineDriver } from './driver.js'
import { openCdn } from './open-cdn.js'
import type { SessionParts } from './session-parts.js'
import { TrackerSwarm } from './tracker-swarm.js'
import { simplePeerConnector } from './transport/simple-peer-channel.js'
import { systemClock } from './transport/system-clock.js'
import { webBlockHash } from './transport/web-hashes.js'
import { webSignatureCheck } from './transport/web-signatures.js'
import { webSocketConnector } from './transport/web-socket.js'

/** What sessions are made of in a browser. */
export const browserParts: SessionParts = {
  clock: systemClock,
  sha256,
  hashBlock: webBlockHash(sha256),
  newMemberId() {
    const bytes = crypto.getRandomValues(new Uint8Array(idBytes))
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') as MemberId
  },
  startEngine: (options, ports) => new EngineDriver(options, ports),
  joinSwarm(options, listener) {
    const { iceServers, relayOnly } = options.config
    const servers = iceServers.map(({ urls, ...rest }) => ({
      ...rest,
      urls: typeof urls === 'string' ? urls : [...urls],
    }))
    return new TrackerSwarm(options, listener, {
      sockets: webSocketConnector(),
      connector: simplePeerConnector({ iceServers: servers, relayOnly, clock: systemClock }),
      clock: systemClock,
      random: Math.random,
      checkSignature: webSignatureCheck,
    })
  },
  openCdn,
}

/** What lies between members, and between them and the tracker. Times are in ms, one way where they are delays. */
export interface PathProfile {
  /** WebRTC gathers candidates for about so long before a description goes out. */
  readonly gatherMs: number
  /** From the answer to an open channel: checks, DTLS, SCTP. */
  readonly setUpMs: readonly [number, number]
  /** ICE gives up after so long. */
  readonly failureMs: readonly [number, number]
  /** Added to each frame's delay, from none to this. */
  readonly jitterMs: number
  /** A page takes what has come so often. */
  readonly inboxMs: number
  /** Frames that come a round trip later. */
  readonly lossShare: number
  /** Between two exchanges. */
  readonly backboneMs: number
  /** Part of the drawn access delays that counts. */
  readonly accessShare: number
  readonly trackerMs: number
  /** Of the WebSocket. */
  readonly handshakeMs: number
}

export const pathProfiles = {
  /** Homes: with the signals before, links take 0.5 to 1.5 s in all. */
  internet: {
    gatherMs: 60,
    setUpMs: [300, 1200],
    failureMs: [5000, 10_000],
    jitterMs: 6,
    inboxMs: 8,
    lossShare: 0.01,
    backboneMs: 8,
    accessShare: 1,
    trackerMs: 25,
    handshakeMs: 100,
  },
  /** Tabs on one machine, as the browser benchmark has them: Chromium links there within 0.15 to 0.3 s. */
  loopback: {
    gatherMs: 20,
    setUpMs: [80, 200],
    failureMs: [5000, 10_000],
    jitterMs: 1,
    inboxMs: 1,
    lossShare: 0,
    backboneMs: 1,
    accessShare: 0,
    trackerMs: 1,
    handshakeMs: 10,
  },
} as const satisfies Record<string, PathProfile>

export type PathKind = keyof typeof pathProfiles

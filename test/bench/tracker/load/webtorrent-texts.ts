import { createHash } from 'node:crypto'
import { sdpOf } from './native-texts.js'

/** Ids of 20 bytes as WebTorrent writes them: one character for each byte, whatever its value. */
function binaryId(text: string): string {
  return createHash('sha1').update(text).digest().toString('latin1')
}

/** What a client of WebTorrent's trackers says; `offers` of so many characters each. */
export function announceText(
  peer: number,
  swarm: number,
  event: 'started' | 'stopped' | undefined,
  offers: number,
  sdpLength: number,
): string {
  return JSON.stringify({
    action: 'announce',
    info_hash: binaryId(`swarm ${swarm}`),
    peer_id: binaryId(`peer ${peer}`),
    ...(event === undefined ? {} : { event }),
    uploaded: 0,
    downloaded: 0,
    left: 1,
    numwant: offers,
    offers: Array.from({ length: offers }, (_, index) => ({
      offer: { type: 'offer', sdp: sdpOf(sdpLength) },
      offer_id: binaryId(`offer ${peer} ${index}`),
    })),
  })
}

/** A relayed offer holds a description; the answer to an announce does not. */
export function isAnnounceAnswer(payload: Buffer): boolean {
  return payload.length < 700 && payload.includes('"interval"')
}

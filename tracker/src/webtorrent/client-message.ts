import { JsonCursor } from './json-cursor.js'
import { idAt, type WireId } from './wire-id.js'

/** An offer of an announce. The texts are JSON as it came, to be passed on. */
export interface ClientOffer {
  readonly offerId: WireId
  /** The id with its quotes. */
  readonly offerIdJson: string
  /** The session description with its quotes. */
  readonly sdpJson: string
}

/** What makes a message one that is not carried out. */
export type MessageFault =
  'malformed' | 'unknown-action' | 'invalid-info-hash' | 'invalid-peer-id' | 'invalid-answer' | 'full-scrape'

export type ClientMessage =
  | {
      readonly kind: 'announce'
      readonly infoHash: WireId
      readonly peerId: WireId
      /** Anything but `stopped` and `completed` says no more than that the peer is there. */
      readonly event: string
      /** Bytes that it lacks; nothing if it does not know, as for a live stream. */
      readonly left: number | undefined
      /** Offers it wants to be passed on; all if it does not say. */
      readonly wanted: number
      /** Those that are offers: what is none among them is left out. */
      readonly offers: readonly ClientOffer[]
    }
  | {
      readonly kind: 'answer'
      readonly infoHash: WireId
      readonly peerId: WireId
      readonly toPeerId: WireId
      readonly offerId: WireId
      readonly offerIdJson: string
      readonly sdpJson: string
    }
  | { readonly kind: 'scrape'; readonly infoHashes: readonly WireId[] }
  /** `infoHash` and `action` are repeated to the client, who looks at nothing without them. */
  | {
      readonly kind: 'faulty'
      readonly fault: MessageFault
      readonly action: 'announce' | 'scrape'
      readonly infoHash: WireId | undefined
    }

/** Swarms in a scrape, as many as libtorrent asks for at once; the others are left out. */
export const scrapedSwarmsMax = 74

/** Everything that one of the messages may have. */
interface Draft {
  action: string
  infoHash: WireId | undefined
  /** Those of an array, of which a scrape may have one. */
  infoHashes: readonly WireId[]
  peerId: WireId | undefined
  toPeerId: WireId | undefined
  offerId: WireId | undefined
  offerIdJson: string
  event: string
  left: number | undefined
  wanted: number
  offers: readonly ClientOffer[]
  hasAnswer: boolean
  /** Empty if the answer is none. */
  answerSdpJson: string
}

const none: readonly WireId[] = []
const noOffers: readonly ClientOffer[] = []

const cursor = new JsonCursor()

/**
 * Reads a message of a client, whose characters are the bytes of UTF-8. By hand, because this is what a tracker does all
 * day; nothing that is sent makes it throw.
 */
export function decodeClientMessage(text: string): ClientMessage {
  cursor.open(text)
  const draft = readMessage()
  cursor.close()
  return draft ? messageOf(draft) : faulty('malformed', 'announce', undefined)
}

function messageOf(draft: Draft): ClientMessage {
  const { action, infoHash, infoHashes, peerId } = draft
  if (action === 'scrape') {
    if (infoHashes.length > 0) return { kind: 'scrape', infoHashes }
    if (infoHash !== undefined) return { kind: 'scrape', infoHashes: [infoHash] }
    return faulty('full-scrape', 'scrape', undefined)
  }
  if (action !== 'announce') return faulty('unknown-action', 'announce', infoHash)
  if (infoHash === undefined) return faulty('invalid-info-hash', 'announce', undefined)
  if (peerId === undefined) return faulty('invalid-peer-id', 'announce', infoHash)
  if (!draft.hasAnswer) {
    const { event, left, wanted, offers } = draft
    return { kind: 'announce', infoHash, peerId, event, left, wanted, offers }
  }
  const { toPeerId, offerId, offerIdJson, answerSdpJson: sdpJson } = draft
  if (toPeerId === undefined || offerId === undefined || sdpJson === '') {
    return faulty('invalid-answer', 'announce', infoHash)
  }
  return { kind: 'answer', infoHash, peerId, toPeerId, offerId, offerIdJson, sdpJson }
}

function faulty(
  fault: MessageFault,
  action: 'announce' | 'scrape',
  infoHash: WireId | undefined,
): ClientMessage {
  return { kind: 'faulty', fault, action, infoHash }
}

/** What the text holds; nothing if it is no JSON object. Of a key that comes twice the last counts. */
function readMessage(): Draft | undefined {
  const draft: Draft = {
    action: '',
    infoHash: undefined,
    infoHashes: none,
    peerId: undefined,
    toPeerId: undefined,
    offerId: undefined,
    offerIdJson: '',
    event: '',
    left: undefined,
    wanted: Infinity,
    offers: noOffers,
    hasAnswer: false,
    answerSdpJson: '',
  }
  if (!cursor.isAtObject) return undefined
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) readMember(draft, lastString())
  return cursor.isAtEnd ? draft : undefined
}

/** Reads the value of a key. Every branch reads exactly one value. */
function readMember(draft: Draft, key: string): void {
  switch (key) {
    case 'action':
      draft.action = readText()
      return
    case 'event':
      draft.event = readText()
      return
    case 'info_hash':
      draft.infoHashes = cursor.isAtArray ? readIds() : none
      draft.infoHash = draft.infoHashes === none ? readId() : draft.infoHashes[0]
      return
    case 'peer_id':
      draft.peerId = readId()
      return
    case 'to_peer_id':
      draft.toPeerId = readId()
      return
    case 'offer_id':
      draft.offerId = readId()
      if (draft.offerId !== undefined) draft.offerIdJson = lastJson()
      return
    case 'left':
      draft.left = cursor.number(1)
      return
    case 'numwant':
      draft.wanted = cursor.number(1) ?? Infinity
      return
    case 'offers':
      draft.offers = readOffers()
      return
    case 'answer':
      draft.hasAnswer = cursor.isAtObject
      draft.answerSdpJson = readDescription('answer')
      return
    default:
      cursor.skip(1)
  }
}

function readOffers(): readonly ClientOffer[] {
  if (!cursor.isAtArray) {
    cursor.skip(1)
    return noOffers
  }
  const offers: ClientOffer[] = []
  for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
    const offer = readOffer()
    if (offer) offers.push(offer)
  }
  return offers
}

function readOffer(): ClientOffer | undefined {
  if (!cursor.isAtObject) {
    cursor.skip(2)
    return undefined
  }
  let offerId: WireId | undefined
  let offerIdJson = ''
  let sdpJson = ''
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
    const key = lastString()
    if (key === 'offer') {
      sdpJson = readDescription('offer')
    } else if (key === 'offer_id') {
      offerId = readId()
      if (offerId !== undefined) offerIdJson = lastJson()
    } else {
      cursor.skip(3)
    }
  }
  return offerId === undefined || sdpJson === '' ? undefined : { offerId, offerIdJson, sdpJson }
}

/**
 * The text of a session description of this type, with its quotes; empty if the value is none. Only that is passed on:
 * what else a stranger puts into a description is not for another to find.
 */
function readDescription(type: 'offer' | 'answer'): string {
  if (!cursor.isAtObject) {
    cursor.skip(2)
    return ''
  }
  let isOfType = false
  let sdpJson = ''
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
    const key = lastString()
    if (key === 'sdp') {
      const isText = cursor.isAtString
      cursor.skip(4)
      sdpJson = isText && cursor.end > cursor.start ? lastJson() : ''
    } else if (key === 'type') {
      isOfType = readText() === type
    } else {
      cursor.skip(4)
    }
  }
  return isOfType ? sdpJson : ''
}

/** The id that the next value is, if it is one. */
function readId(): WireId | undefined {
  if (cursor.isAtString) return cursor.string() ? idAt(cursor) : undefined
  cursor.skip(4)
  return undefined
}

/** The ids in the next value, which is an array. */
function readIds(): WireId[] {
  const ids = new Set<WireId>()
  for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
    const id = readId()
    if (id !== undefined && ids.size < scrapedSwarmsMax) ids.add(id)
  }
  return [...ids]
}

/** The next value if it is a string, or an empty one. */
function readText(): string {
  if (cursor.isAtString) return cursor.string() ? lastString() : ''
  cursor.skip(4)
  return ''
}

/** The string read last, decoded as far as it is ASCII: no word of the protocol has anything else in it. */
function lastString(): string {
  return cursor.escaped ? (JSON.parse(`"${cursor.raw}"`) as string) : cursor.raw
}

/** The string read last, with its quotes. */
function lastJson(): string {
  return `"${cursor.raw}"`
}

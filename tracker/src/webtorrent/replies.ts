import type { ClientOffer, MessageFault } from './client-message.js'
import type { Peer } from './peer.js'
import type { Swarm } from './swarm.js'
import { idLiteral, type WireId } from './wire-id.js'

/**
 * What the tracker says, as text whose characters are the bytes of UTF-8. Ids and descriptions are JSON already, checked
 * when they were read, and put in as they are.
 */

/** Why a message was not carried out. */
export type FailureCode =
  | MessageFault
  | 'peer-id-in-use'
  | 'not-announced'
  | 'unawaited-answer'
  | 'swarm-full'
  | 'too-many-swarms'
  | 'too-many-swarms-on-connection'

/** In words, for whoever reads a client's warnings. */
export const failureReasons: Readonly<Record<FailureCode, string>> = {
  malformed: 'the message is no JSON object',
  'unknown-action': 'the action is neither announce nor scrape',
  'invalid-info-hash': 'info_hash is not 20 characters up to U+00FF',
  'invalid-peer-id': 'peer_id is not 20 characters up to U+00FF',
  'invalid-answer': 'an answer needs to_peer_id, offer_id, and an answer of type answer with an sdp',
  'full-scrape': 'a scrape names its swarms in info_hash',
  'peer-id-in-use': 'another connection has announced this peer_id',
  'not-announced': 'this connection has not announced this peer_id here',
  'unawaited-answer': 'no such offer awaits an answer of this peer',
  'swarm-full': 'this swarm has as many peers as it may have',
  'too-many-swarms': 'the tracker has as many swarms as it may have',
  'too-many-swarms-on-connection': 'this connection is in as many swarms as it may be',
}

export function announceReply(swarm: Swarm, intervalSeconds: number, areOffersLeftOut: boolean): string {
  return (
    `{"action":"announce","info_hash":${swarm.infoHashJson},"interval":${intervalSeconds}` +
    `,"complete":${swarm.complete},"incomplete":${swarm.incomplete}` +
    (areOffersLeftOut ? ',"warning message":"too many offers in a minute, some were not passed on"}' : '}')
  )
}

export function relayedOffer({ swarm, idJson }: Peer, { offerIdJson, sdpJson }: ClientOffer): string {
  return (
    `{"action":"announce","info_hash":${swarm.infoHashJson},"peer_id":${idJson}` +
    `,"offer_id":${offerIdJson},"offer":{"type":"offer","sdp":${sdpJson}}}`
  )
}

export function relayedAnswer({ swarm, idJson }: Peer, offerIdJson: string, sdpJson: string): string {
  return (
    `{"action":"announce","info_hash":${swarm.infoHashJson},"peer_id":${idJson}` +
    `,"offer_id":${offerIdJson},"answer":{"type":"answer","sdp":${sdpJson}}}`
  )
}

/** Clients look at nothing that has another `info_hash` than theirs, and an unknown `action` ends their connection. */
export function failureReply(
  code: FailureCode,
  action: 'announce' | 'scrape',
  infoHash: WireId | undefined,
): string {
  const infoHashJson = infoHash === undefined ? '""' : idLiteral(infoHash)
  return `{"action":"${action}","info_hash":${infoHashJson},"failure reason":"${failureReasons[code]}"}`
}

/** A swarm without peers is as good as one that never was. */
export function scrapeReply(
  infoHashes: readonly WireId[],
  find: (infoHash: WireId) => Swarm | undefined,
): string {
  const files = infoHashes.map((infoHash) => {
    const { complete, incomplete, downloaded } = find(infoHash) ?? noSwarm
    return `${idLiteral(infoHash)}:{"complete":${complete},"incomplete":${incomplete},"downloaded":${downloaded}}`
  })
  return `{"action":"scrape","files":{${files.join(',')}}}`
}

const noSwarm = { complete: 0, incomplete: 0, downloaded: 0 }

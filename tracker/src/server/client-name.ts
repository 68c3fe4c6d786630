import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { BlockList } from 'node:net'
import type { Place } from '../core/place.js'
import type { PlaceLookup } from '../places/place-lookup.js'
import { familyOf, groupsOf, plainAddress } from './ip-address.js'

/** 128 bits: no two of the networks that a tracker ever sees share a name. */
const nameBytes = 16

export type ProxyHeader = 'x-forwarded-for' | 'forwarded'

/** Where a request comes from, as far as the limits per address must know. */
export interface ClientNames {
  /** A keyed hash: an address never leaves this file. */
  nameOf(request: ClientRequest): string
  placeOf(request: ClientRequest): Place
}

type ClientRequest = Pick<IncomingMessage, 'socket' | 'headers'>

/**
 * Names clients by the network they come from: an IPv4 address, or the /64 of an IPv6 address, which is what one
 * household has. Behind trusted proxies that is the last address in their header that is not a trusted proxy; what
 * stands before it may be forged, and is not read.
 *
 * @param places - told the address, which it does not keep
 * @param onForwarded - called when somebody who is not trusted forwards an address
 */
export function clientNames(
  trusted: BlockList,
  header: ProxyHeader,
  places: PlaceLookup,
  onForwarded: () => void,
): ClientNames {
  const key = randomBytes(32)
  // Mostly there is no proxy, and to look an address up is dear: Node makes an object of it.
  const trustsNobody = trusted.rules.length === 0
  const isTrusted = (address: string) => !trustsNobody && trusted.check(address, familyOf(address))
  const addressOf = ({ socket, headers }: ClientRequest) => {
    let address = plainAddress(socket.remoteAddress ?? '') ?? ''
    const given = headers[header]
    if (given !== undefined && !(address !== '' && isTrusted(address))) onForwarded()
    const hops = hopsOf(Array.isArray(given) ? given.join(',') : (given ?? ''), header)
    while (address !== '' && isTrusted(address)) {
      const hop = hops.pop()
      if (hop === undefined) break
      // A trusted proxy that hides an address, or writes what is none, is as far as can be seen.
      const next = plainAddress(hop)
      if (next === undefined) break
      address = next
    }
    return address
  }
  return {
    nameOf: (request) =>
      createHmac('sha256', key)
        .update(networkOf(addressOf(request)))
        .digest()
        .toString('base64url', 0, nameBytes),
    placeOf: (request) => places.placeOf(addressOf(request)),
  }
}

/** The addresses of a header, the nearest last. */
function hopsOf(text: string, header: ProxyHeader): string[] {
  const elements = text.split(',').map((element) => element.trim())
  if (header === 'x-forwarded-for') return text === '' ? [] : elements
  return text === '' ? [] : elements.map((element) => /(?:^|;)\s*for="?([^;"]+)"?/i.exec(element)?.[1] ?? '')
}

function networkOf(address: string): string {
  return isIPv6(address) ? groupsOf(address).slice(0, 4).join(':') : address
}

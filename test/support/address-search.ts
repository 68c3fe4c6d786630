import { networkInterfaces } from 'node:os'

/** What ICE writes in candidates and descriptions, and names that stand for addresses. */
const iceWords = [
  /candidate:/,
  / typ (?:host|srflx|prflx|relay)\b/,
  /\.local\b/,
  /IN IP[46]/,
  /ice-(?:pwd|ufrag)/,
]
const ipv4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g
/** Two colons together, or seven of them: times of day have at most two, apart. */
const ipv6 = /(?<![\w:])(?:[\da-f]{1,4}:){2,7}:?(?:[\da-f]{1,4}(?::[\da-f]{1,4})*)?(?![\w:])/gi

/**
 * Whatever in a text is an address of a viewer, or of ICE. `own` are addresses that the text may hold: where the tracker
 * itself listens.
 */
export function addressesIn(text: string, own: readonly string[] = []): readonly string[] {
  const words = iceWords.flatMap((word) => word.exec(text)?.[0] ?? [])
  const mine = machineAddresses().filter((address) => text.includes(address))
  const literal = [
    ...(text.match(ipv4) ?? []),
    ...(text.match(ipv6) ?? []).filter((found) => found.includes('::') || found.split(':').length === 8),
  ]
  return [...new Set([...words, ...mine, ...literal])].filter((found) => !own.includes(found))
}

function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
}

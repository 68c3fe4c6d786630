import { BlockList, isIP } from 'node:net'

/** Networks that are nobody's public server (IANA special-purpose address registries), and multicast. */
const ipv4Refused = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const
/** Within 2000::/3, which is all that is global: Teredo, documentation, and 6to4, which carry IPv4 addresses or none. */
const ipv6Refused = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const refused = new BlockList()
for (const [network, bits] of ipv4Refused) refused.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of ipv6Refused) refused.addSubnet(network, bits, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/**
 * Whether an address is a public one. IPv4 addresses within IPv6 (mapped, translated, 6to4) are none: whoever has a
 * public IPv4 address can be reached by it.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !refused.check(address, 'ipv4')
  return family === 6 && global.check(address, 'ipv6') && !refused.check(address, 'ipv6')
}

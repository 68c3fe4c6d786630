import { createHmac } from 'node:crypto'
import { addressBits, networkBits } from './address-bits.js'

/**
 * Lengths of the networks around an address, the smallest network first. Providers hand out and route IPv4 by the /24 and
 * IPv6 by the /48; a /16 and a /32 are about what one provider has in one place (RFC 6177 for IPv6).
 */
const lengths = { 4: [24, 16], 6: [48, 32] } as const

/** Characters of a name: 72 bits, so that no two of a million networks are mistaken for each other. */
const nameLength = 12

/** Names the networks around an address by a keyed hash, so that no part of an address goes any further. */
export function networkNames(key: Buffer): (address: string) => string[] {
  return (address) => {
    const parsed = addressBits(address)
    if (!parsed) return []
    return lengths[parsed.family].map((length) =>
      createHmac('sha256', key)
        .update(`${parsed.family}/${length}/${networkBits(parsed, length)}`)
        .digest('base64url')
        .slice(0, nameLength),
    )
  }
}

import { isIPv4, isIPv6 } from 'node:net'

/** An address as a number, so that networks are a matter of shifting. */
export interface AddressBits {
  readonly family: 4 | 6
  readonly bits: bigint
}

/** Reads an address in its usual forms; nothing for what is none. */
export function addressBits(address: string): AddressBits | undefined {
  if (isIPv4(address)) return { family: 4, bits: quadBits(address) }
  return isIPv6(address) && !address.includes('%') ? { family: 6, bits: groupBits(address) } : undefined
}

/** The bits of the network of that length around an address. */
export function networkBits({ family, bits }: AddressBits, length: number): bigint {
  return bits >> BigInt(widthOf(family) - length)
}

export function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128
}

function quadBits(quad: string): bigint {
  return quad.split('.').reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n)
}

function groupBits(address: string): bigint {
  const [head = '', tail] = address.split('::', 2)
  const front = wordsOf(head)
  const back = wordsOf(tail ?? '')
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length
  const words = [...front, ...Array<bigint>(zeros).fill(0n), ...back]
  return words.reduce((bits, word) => (bits << 16n) | word, 0n)
}

/** The 16-bit words of one side of `::`, whose last two may be written as a dotted quad. */
function wordsOf(side: string): bigint[] {
  if (side === '') return []
  return side.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)]
    const quad = quadBits(group)
    return [quad >> 16n, quad & 0xffffn]
  })
}

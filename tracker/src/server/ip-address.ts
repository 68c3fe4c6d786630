import { BlockList, isIP, isIPv6 } from 'node:net'

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

/**
 * An address as it is written in sockets and headers (`::ffff:192.0.2.1`, `[2001:db8::1]:8080`, `192.0.2.1:8080`),
 * without port, zone and mapping; nothing for what is no address.
 */
export function plainAddress(text: string): string | undefined {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? []
  const [, withPort] = /^([\d.]+):\d+$/.exec(text) ?? []
  const [bare = ''] = (bracketed ?? withPort ?? text).split('%', 1)
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(bare) ?? []
  const address = mapped ?? bare
  return isIP(address) === 0 ? undefined : address
}

/** The eight groups of an IPv6 address, without leading zeros. */
export function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::', 2)
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  // A dotted quad at the end stands for two groups.
  const dotted = [...front, ...back].filter((group) => group.includes('.')).length
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length - dotted
  return [...front, ...Array<string>(Math.max(0, zeros)).fill('0'), ...back].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  )
}

/** Networks that passed the check of the options. */
export function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', length] = network.split('/')
    if (length === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(length), familyOf(address))
  }
  return list
}

import { readFileSync } from 'node:fs'
import { PrismeshTrackerError } from '../tracker-error.js'
import { addressBits, networkBits, widthOf } from './address-bits.js'

/** Lines of a file: a large provider announces some 10,000 networks. */
const linesMax = 1_000_000
const siteName = /^[\w.-]{1,64}$/

/** Which site an operator's networks belong to; the smallest network that holds an address counts. */
export class SubnetSites {
  /** Sites by the bits of their networks, by length, the longest first. */
  private readonly byLength: Readonly<Record<4 | 6, Map<number, Map<bigint, string>>>> = {
    4: new Map(),
    6: new Map(),
  }

  /** @throws PrismeshTrackerError `invalid-options` with the line that is wrong */
  constructor(text: string, name: string) {
    const lines = text.split(/\r?\n/)
    if (lines.length > linesMax) throw mistake(name, `has more than ${linesMax} lines`)
    for (const [index, line] of lines.entries()) {
      const [network = '', site = '', ...rest] = line.split(',').map((field) => field.trim())
      if (network === '' && site === '') continue
      if (network.startsWith('#') || (index === 0 && network === 'subnet')) continue
      if (rest.length > 0 || !siteName.test(site) || !this.add(network, site)) {
        throw mistake(
          `${name}, line ${index + 1}`,
          'must be a network and a site, such as 192.0.2.0/24,paris-1',
        )
      }
    }
    for (const family of [4, 6] as const) {
      const sorted = [...this.byLength[family]].toSorted(([one], [other]) => other - one)
      this.byLength[family].clear()
      for (const [length, sites] of sorted) this.byLength[family].set(length, sites)
    }
  }

  siteOf(address: string): string | undefined {
    const parsed = addressBits(address)
    if (!parsed) return undefined
    for (const [length, sites] of this.byLength[parsed.family]) {
      const site = sites.get(networkBits(parsed, length))
      if (site !== undefined) return site
    }
    return undefined
  }

  /** False for what is no network, or has bits set beyond its length. */
  private add(network: string, site: string): boolean {
    const [address = '', lengthText, ...rest] = network.split('/')
    const parsed = addressBits(address)
    if (!parsed || rest.length > 0) return false
    const width = widthOf(parsed.family)
    if (lengthText !== undefined && !/^\d{1,3}$/.test(lengthText)) return false
    const length = lengthText === undefined ? width : Number(lengthText)
    if (length > width) return false
    const bits = networkBits(parsed, length)
    if (bits << BigInt(width - length) !== parsed.bits) return false
    const lengths = this.byLength[parsed.family]
    const sites = lengths.get(length) ?? new Map<bigint, string>()
    lengths.set(length, sites.set(bits, site))
    return true
  }
}

/** @throws PrismeshTrackerError `invalid-options` */
export function readSubnetSites(path: string): SubnetSites {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw mistake(`subnetSites: ${path}`, `cannot be read (${code})`)
  }
  return new SubnetSites(text, `subnetSites: ${path}`)
}

function mistake(where: string, what: string): PrismeshTrackerError {
  return new PrismeshTrackerError('invalid-options', `${where}: ${what}`)
}

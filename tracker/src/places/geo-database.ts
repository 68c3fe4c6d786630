import { readFileSync } from 'node:fs'
import { Reader } from 'mmdb-lib'
import { PrismeshTrackerError } from '../tracker-error.js'
import type { Place } from '../core/place.js'

/** What a database says of an address. */
export type GeoFacts = Omit<Place, 'networks' | 'site'>

/**
 * A file in the MaxMind DB format: GeoLite2, GeoIP2, DB-IP or IPinfo, with autonomous systems, with countries, or with
 * cities. Read into memory whole: the largest has 60 MB.
 */
export class GeoDatabase {
  private readonly reader: Reader<never>

  /** @throws PrismeshTrackerError `invalid-options` */
  constructor(readonly path: string) {
    try {
      this.reader = new Reader<never>(readFileSync(path))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
      const what = code === undefined ? 'is no MaxMind DB file' : `cannot be read (${code})`
      throw new PrismeshTrackerError('invalid-options', `geoDatabase: ${path}: ${what}`)
    }
  }

  /** Nothing for an address that is not in it, and for what a damaged file says of one. */
  factsOf(address: string): GeoFacts {
    try {
      return factsIn(this.reader.get(address))
    } catch {
      return {}
    }
  }
}

/** Reads the fields that are there, whoever made the file. */
function factsIn(record: unknown): GeoFacts {
  const asn = asnIn(field(record, 'autonomous_system_number') ?? field(record, 'asn'))
  const named = field(record, 'country') ?? field(record, 'registered_country')
  const country = isoCode(field(named, 'iso_code') ?? field(record, 'country_code') ?? named)
  const subdivisions = field(record, 'subdivisions')
  const subdivision = isoCode(field(Array.isArray(subdivisions) ? subdivisions[0] : undefined, 'iso_code'))
  const isWhole = country !== undefined && subdivision !== undefined
  return {
    ...(asn === undefined ? {} : { asn }),
    ...(country === undefined ? {} : { country }),
    ...(isWhole ? { region: `${country}-${subdivision}` } : {}),
  }
}

function field(record: unknown, name: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined
  return (record as Record<string, unknown>)[name]
}

/** A number, or a text such as `AS3320`. */
function asnIn(value: unknown): number | undefined {
  const [, digits = ''] = /^(?:AS)?(\d{1,10})$/.exec(String(value)) ?? []
  return digits === '' || Number(digits) === 0 ? undefined : Number(digits)
}

function isoCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z0-9]{1,3}$/.test(value) ? value : undefined
}

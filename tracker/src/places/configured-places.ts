import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { nowhere, type Place } from '../core/place.js'
import { PrismeshTrackerError } from '../tracker-error.js'
import { GeoDatabase } from './geo-database.js'
import { networkNames } from './network-names.js'
import type { PlaceLookup } from './place-lookup.js'
import { readSubnetSites, type SubnetSites } from './subnet-sites.js'

/** How often files are looked at, in milliseconds. They change daily at most; a look is one call of the system. */
const lookIntervalMs = 5000

/** The files that say where an address is. */
export interface PlaceFiles {
  /** In the MaxMind DB format; what an earlier one does not know, a later one may. */
  readonly geoDatabase: readonly string[]
  readonly subnetSites?: string | undefined
}

/** Hears what became of a file that was replaced. */
export interface PlaceFilesListener {
  reloaded(): void
  /** The old one stays in use. */
  failed(problem: string): void
}

/**
 * Looks addresses up in an operator's own files, which are read again when they are replaced. Without any, the address
 * itself says which network it is in. Nobody else is asked, ever.
 */
export class ConfiguredPlaces implements PlaceLookup {
  private databases: readonly GeoDatabase[] = []
  private sites: SubnetSites | undefined
  private stamp = ''
  private readonly namesOf = networkNames(randomBytes(32))

  /** @throws PrismeshTrackerError `invalid-options` when a file cannot be used */
  constructor(private readonly files: PlaceFiles) {
    this.reload()
  }

  placeOf(address: string): Place {
    const networks = this.namesOf(address)
    if (networks.length === 0) return nowhere
    const site = this.sites?.siteOf(address)
    const facts = this.databases.map((database) => database.factsOf(address))
    return Object.assign({}, ...facts.toReversed(), { networks }, site === undefined ? {} : { site }) as Place
  }

  /** Reads all files again, or none. @throws PrismeshTrackerError `invalid-options`; then the old ones stay in use */
  reload(): void {
    // Looked at before they are read: what is replaced meanwhile is seen as new afterwards.
    this.stamp = this.stampOfFiles()
    const databases = this.files.geoDatabase.map((path) => new GeoDatabase(path))
    const { subnetSites } = this.files
    this.sites = subnetSites === undefined ? undefined : readSubnetSites(subnetSites)
    this.databases = databases
  }

  /** Reads the files again when one is replaced; until `stop` is called. */
  watch(listener: PlaceFilesListener, intervalMs = lookIntervalMs): { stop(): void } {
    const look = () => {
      if (this.stampOfFiles() === this.stamp) return
      try {
        this.reload()
        listener.reloaded()
      } catch (error) {
        if (!(error instanceof PrismeshTrackerError)) throw error
        listener.failed(error.message)
      }
    }
    const timer = setInterval(look, intervalMs).unref()
    return { stop: () => clearInterval(timer) }
  }

  /** Changes when one of the files is replaced or written to. */
  private stampOfFiles(): string {
    const { geoDatabase, subnetSites } = this.files
    const paths = subnetSites === undefined ? geoDatabase : [...geoDatabase, subnetSites]
    return paths.map(stampOf).join(' ')
  }
}

function stampOf(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path)
    return `${ino}:${mtimeMs}:${size}`
  } catch {
    return 'none'
  }
}

import { deepEqual, doesNotMatch, equal, match, notEqual, throws } from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nearGroups } from '../../../tracker/src/core/place.js'
import { ConfiguredPlaces } from '../../../tracker/src/places/configured-places.js'
import { GeoDatabase } from '../../../tracker/src/places/geo-database.js'
import { networkNames } from '../../../tracker/src/places/network-names.js'
import { SubnetSites } from '../../../tracker/src/places/subnet-sites.js'
import { writeMmdb } from '../../support/tracker/mmdb-writer.js'

const asnRecords = writeMmdb([
  ['192.0.2.0/24', { autonomous_system_number: 64500, autonomous_system_organization: 'Example' }],
  ['198.51.100.0/25', { asn: 'AS64501', country: 'FR' }],
])
const cityRecords = writeMmdb([
  ['192.0.2.0/24', { country: { iso_code: 'CN' }, subdivisions: [{ iso_code: 'HN' }] }],
  ['203.0.113.0/24', { registered_country: { iso_code: 'DE' } }],
])

describe('where an address is', () => {
  let folder = ''
  const file = (name: string, content: string | Buffer) => {
    const path = join(folder, name)
    writeFileSync(`${path}.new`, content)
    renameSync(`${path}.new`, path)
    return path
  }
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'prismesh-places-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  describe('by the address itself', () => {
    const namesOf = networkNames(Buffer.from('a key'))

    it('is its /24 and /16, or its /48 and /32, under keyed names', () => {
      const names = namesOf('192.0.2.1')
      equal(names.length, 2)
      deepEqual(namesOf('192.0.2.200'), names)
      equal(namesOf('192.0.3.1')[1], names[1])
      notEqual(namesOf('192.0.3.1')[0], names[0])
      deepEqual(namesOf('2001:db8:7::1'), namesOf('2001:db8:7:ffff::9'))
      equal(namesOf('2001:db8:8::1')[1], namesOf('2001:db8:7::1')[1])
      notEqual(namesOf('2001:db8:8::1')[0], namesOf('2001:db8:7::1')[0])
      doesNotMatch(names.join(' '), /192/)
      notEqual(networkNames(Buffer.from('another'))('192.0.2.1')[0], names[0])
    })

    it('is nowhere for what is no address', () => {
      for (const text of ['', 'localhost', '192.0.2', '1.2.3.4.5', 'fe80::1%eth0'])
        deepEqual(namesOf(text), [])
    })
  })

  describe('by a database', () => {
    it('is what the file says, whoever made it', () => {
      const asns = new GeoDatabase(file('asn.mmdb', asnRecords))
      deepEqual(asns.factsOf('192.0.2.9'), { asn: 64500 })
      deepEqual(asns.factsOf('198.51.100.1'), { asn: 64501, country: 'FR' })
      deepEqual(asns.factsOf('198.51.100.200'), {})
      deepEqual(asns.factsOf('nonsense'), {})
      const cities = new GeoDatabase(file('city.mmdb', cityRecords))
      deepEqual(cities.factsOf('192.0.2.9'), { country: 'CN', region: 'CN-HN' })
      deepEqual(cities.factsOf('203.0.113.9'), { country: 'DE' })
    })

    it('is put together of several', () => {
      const places = new ConfiguredPlaces({
        geoDatabase: [file('asn.mmdb', asnRecords), file('city.mmdb', cityRecords)],
        subnetSites: file('sites.csv', '192.0.2.0/25,depot\n'),
      })
      const { networks, ...rest } = places.placeOf('192.0.2.9')
      equal(networks.length, 2)
      deepEqual(rest, { asn: 64500, country: 'CN', region: 'CN-HN', site: 'depot' })
      deepEqual(nearGroups({ networks: ['a', 'b'], ...rest }), [
        'site depot',
        'net a',
        'as 64500 CN-HN',
        'as 64500',
        'region CN-HN',
        'country CN',
      ])
      deepEqual(nearGroups({ networks: ['a', 'b'] }), ['net a', 'net b'])
    })

    it('that is none is refused in one line', () => {
      throws(
        () => new GeoDatabase(file('no.mmdb', 'nonsense')),
        /^PrismeshTrackerError: geoDatabase: .*is no MaxMind DB file$/,
      )
      throws(() => new GeoDatabase(join(folder, 'missing')), /geoDatabase: .*cannot be read \(ENOENT\)/)
    })
  })

  describe('by a list of sites', () => {
    it('is that of the smallest network that holds it', () => {
      const sites = new SubnetSites(
        'subnet,site\n# offices\n10.0.0.0/8,everywhere\n10.1.0.0/16, paris-1\r\n10.1.2.3,desk\n\n2001:db8::/32,lab\n',
        'sites.csv',
      )
      equal(sites.siteOf('10.9.9.9'), 'everywhere')
      equal(sites.siteOf('10.1.9.9'), 'paris-1')
      equal(sites.siteOf('10.1.2.3'), 'desk')
      equal(sites.siteOf('2001:db8:1::1'), 'lab')
      equal(sites.siteOf('2001:db9::1'), undefined)
      equal(sites.siteOf('11.1.2.3'), undefined)
    })

    it('with a mistake is refused with the line', () => {
      const wrong = [
        '10.0.0.0/33,x',
        '10.0.0.1/8,x',
        '10.0.0.0/8',
        'a,b',
        '10.0.0.0/8,x,y',
        '10.0.0.0/8,"x"',
        '10.0.0.0/x,y',
      ]
      for (const line of wrong) {
        throws(
          () => new SubnetSites(`10.0.0.0/8,ok\n${line}`, 'sites.csv'),
          /sites\.csv, line 2: must be a network/,
          line,
        )
      }
    })
  })

  it('follows a file that is replaced, and keeps the old one when the new one is none', async () => {
    const path = file('sites.csv', '192.0.2.0/24,before')
    const places = new ConfiguredPlaces({ geoDatabase: [], subnetSites: path })
    let heard: (text: string) => void = () => undefined
    const next = () => new Promise<string>((resolve) => (heard = resolve))
    const watch = places.watch({ reloaded: () => heard('reloaded'), failed: (problem) => heard(problem) }, 20)
    try {
      const first = next()
      file('sites.csv', '192.0.2.0/24,afterwards')
      equal(await first, 'reloaded')
      equal(places.placeOf('192.0.2.1').site, 'afterwards')
      const second = next()
      file('sites.csv', 'nonsense of another length')
      match(await second, /line 1: must be a network/)
      equal(places.placeOf('192.0.2.1').site, 'afterwards')
    } finally {
      watch.stop()
    }
  })
})

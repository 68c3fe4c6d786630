import type { OverviewDocument } from '../src/server/operator/overview-document.js'
import { makeElement, setText } from './make-element.js'
import { requiredElement } from './required-element.js'
import { countWords, shareWords } from './words.js'

type Region = OverviewDocument['regions'][number]

interface Country {
  readonly code: string
  members: number
  readonly regions: Region[]
}

/** Countries with a tile, and regions named in one; the rest is a tile of its own, or a number. */
const tilesMax = 24
const regionsNamedMax = 4
/** The weakest tint that is told from the card. Percent. */
const faintest = 10
const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })

/**
 * Viewers by country: a tile each, the most first, the more tinted the more there are, with its regions. Tiles and not a
 * globe: a small country with many viewers is what an operator must not overlook.
 */
export function showRegions(): (overview: OverviewDocument) => void {
  const tiles = requiredElement('region-tiles', HTMLElement)
  const note = requiredElement('regions-note', HTMLElement)
  let shown = ''
  return ({ regions }) => {
    const key = JSON.stringify(regions)
    if (key === shown) return
    shown = key
    const unknown = regions.find(({ country }) => country === undefined)?.members ?? 0
    const countries = byCountry(regions)
    tiles.hidden = countries.length === 0
    tiles.replaceChildren(...countryTiles(countries))
    setText(note, noteOn(countries.length, unknown))
  }
}

function byCountry(regions: readonly Region[]): Country[] {
  const countries = new Map<string, Country>()
  for (const region of regions) {
    const { country: code, members } = region
    if (code === undefined) continue
    const country = countries.get(code) ?? { code, members: 0, regions: [] }
    country.members += members
    if (region.region !== undefined) country.regions.push(region)
    countries.set(code, country)
  }
  return [...countries.values()].toSorted((one, other) => other.members - one.members)
}

function countryTiles(countries: readonly Country[]): HTMLElement[] {
  const all = countries.reduce((sum, { members }) => sum + members, 0)
  const most = countries[0]?.members ?? 1
  const tiles = countries.slice(0, tilesMax).map((country) => {
    const tile = countryTile(nameOf(country.code), country, all)
    tile.style.setProperty('--tint', `${Math.max(faintest, Math.sqrt(country.members / most) * 100)}%`)
    return tile
  })
  const others = countries.slice(tilesMax)
  if (others.length === 0) return tiles
  const members = others.reduce((sum, country) => sum + country.members, 0)
  return [...tiles, countryTile(`${others.length} others`, { members, regions: [] }, all)]
}

function countryTile(name: string, { members, regions }: Omit<Country, 'code'>, all: number): HTMLElement {
  const named = regions
    .slice(0, regionsNamedMax)
    .map(({ region = '', members: count }) => `${regionWord(region)}\u00a0${countWords(count)}`)
  if (regions.length > named.length) named.push(`+${regions.length - named.length}`)
  return makeElement('li', 'region-tile', [
    makeElement('span', 'region-name', name, { title: name }),
    makeElement('span', 'region-count', countWords(members)),
    makeElement('span', 'note', shareWords(members / all)),
    makeElement('span', 'note region-parts', named.join(' · '), { title: named.join(', ') }),
  ])
}

/** Its code without the country's (ISO 3166-2), where that is more than a number, which would read as one of viewers. */
function regionWord(region: string): string {
  const own = region.split('-').at(-1) ?? ''
  return /^\d+$/.test(own) ? region : own
}

/** Databases may hold codes that are none, of which the browser makes an error. */
function nameOf(code: string): string {
  try {
    return countryNames.of(code) ?? code
  } catch {
    return code
  }
}

function noteOn(countries: number, unknown: number): string {
  if (countries === 0 && unknown === 0) return 'Nobody is here at the moment.'
  if (countries === 0) return 'Not known: this tracker looks no region up. See geoDatabase.'
  const words = `${countWords(countries)} ${countries === 1 ? 'country' : 'countries'}, by the operator’s database`
  return unknown === 0 ? words : `${words}; ${countWords(unknown)} not known`
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { PrismeshError } from '../../../client-sdk/src/errors.js'
import { resolveOptions } from '../../../client-sdk/src/options.js'
import { readPageSwitches } from '../../../client-sdk/src/page-switches.js'
import { noTotals, statsOf } from '../../../client-sdk/src/stats.js'
import { codeIn, readPage, readSource, sectionOf, tableOf } from './markdown.js'

const page = readPage('docs/sdk.md')
const tracker = 'wss://tracker.example.com'

describe("the SDK's page", () => {
  const options = tableOf(page, 'options').map(([name, , , fallback]) => ({
    name: /\[(\w+)\]/.exec(name ?? '')?.[1] ?? '',
    fallback: codeIn(fallback),
  }))

  it('has every option, and a section for each', () => {
    const known = refusal({ tracker, colour: 1 }).split('there are ')[1]?.split(', ') ?? []
    ok(known.length >= 10)
    deepEqual(
      options.map(({ name }) => name),
      known,
    )
    for (const name of known) sectionOf(page, name.toLowerCase())
  })

  it('has the defaults that are numbers or booleans', () => {
    const resolved: Readonly<Record<string, unknown>> = { ...resolveOptions({ tracker }) }
    const plain = options.filter(({ fallback }) => /^(?:\d+|true|false)$/.test(fallback))
    ok(plain.length >= 5, `${plain.length} defaults`)
    for (const { name, fallback } of plain) equal(String(resolved[name]), fallback, name)
    const servers = resolveOptions({ tracker }).iceServers.map(({ urls }) => String(urls))
    for (const url of servers) ok(sectionOf(page, 'iceservers').text.includes(`\`${url}\``), url)
    const range = /from (\d+ to \d+)/.exec(refusal({ tracker, cacheBytesMax: 5 }))?.[1] ?? 'no range'
    ok(
      tableOf(page, 'options').some((cells) => cells.at(-1) === range),
      range,
    )
  })

  it('has the exact texts of mistakes', () => {
    const texts = [...page.text.matchAll(/^- .*`(option "(\w+)" must be .*, not (.*))`$/gm)]
    ok(texts.length >= 10, `${texts.length} texts`)
    for (const [, text, name, shown] of texts) {
      equal(refusal({ tracker, [name ?? '']: valueOf(shown ?? '') }), text)
    }
    const others = [
      refusal({}),
      refusal(undefined),
      refusal({ tracker, colour: 1 }),
      refusal({ tracker, relayOnly: true }),
    ]
    for (const text of others) ok(page.text.includes(`\`${text}\``), text)
    const elsewhere = sectionOf(readPage('docs/troubleshooting.md'), 'option-invalid').text
    ok(elsewhere.includes(`\`${refusal({ tracker, cacheBytesMax: 5 })}\``))
  })

  it('has every name of the public interface', () => {
    const report = readSource('client-sdk/prismesh.api.md')
    const names = [...report.matchAll(/^export (?:class|interface|type) (\w+)/gm)].map(([, name]) => name)
    ok(names.length >= 20, `${names.length} names`)
    for (const name of names) ok(new RegExp(`\\b${name}\\b`).test(page.text), `${name} is not on the page`)
    const members = /export class Prismesh \{\n([\s\S]*?)\n\}/.exec(report)?.[1] ?? ''
    const methods = [...members.matchAll(/^ {4}(?:get )?(\w+)(?:<[^(]*>)?\(/gm)].map(([, name]) => name)
    ok(methods.length >= 6, methods.join())
    for (const name of methods.filter((each) => each !== 'constructor')) {
      sectionOf(page, (name ?? '').toLowerCase())
    }
  })

  it('has every event and every figure', () => {
    const report = readSource('client-sdk/prismesh.api.md')
    const listing = /export interface PrismeshEvents \{\n([\s\S]*?)\n\}/.exec(report)?.[1] ?? ''
    const events = [...listing.matchAll(/^ {4}'?([\w-]+)'?: \(/gm)].map(([, name]) => name ?? '')
    ok(events.length >= 5)
    deepEqual(firstCells('events'), events.toSorted())
    deepEqual(
      firstCells('meshstats'),
      Object.keys(statsOf(noTotals, 0, { p2p: 'on', uploadRule: undefined })).toSorted(),
    )
  })

  it('has switches that the page understands', () => {
    const switches = firstCells('page-switches')
    ok(switches.length >= 3)
    for (const address of switches) ok(readPageSwitches(address).size > 0, address)
  })

  it('names the bundles that are published, and the budget', () => {
    const { files } = JSON.parse(readSource('client-sdk/size-budget.json')) as {
      files: Record<string, number>
    }
    const consent = readPage('docs/consent.md')
    const bundles = [
      ...firstCells('bundles-and-size'),
      ...tableOf(consent, 'use').map(([cell]) => codeIn(cell)),
    ]
    const texts = sectionOf(page, 'bundles-and-size').text + sectionOf(consent, 'use').text
    for (const [file, bytes] of Object.entries(files)) {
      ok(bundles.includes(file), file)
      ok(texts.includes(String(bytes)))
    }
    const described = readSource('client-sdk/package.json')
    for (const file of bundles) ok(described.includes(`./${file}`), file)
  })
})

function firstCells(anchor: string): string[] {
  return tableOf(page, anchor)
    .map(([cell]) => codeIn(cell))
    .toSorted()
}

function refusal(given: unknown): string {
  try {
    resolveOptions(given)
  } catch (error) {
    if (error instanceof PrismeshError) return error.message
  }
  return `accepted ${JSON.stringify(given)}`
}

/** The value that a message shows, or one that is shown so. */
function valueOf(shown: string): unknown {
  return shown === 'an object' ? {} : (JSON.parse(shown) as unknown)
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { linkViolations } from '../../../client-sdk/src/engine/outputs.js'
import { explain, type ExplanationCode, type Situation } from '../../../client-sdk/src/explain.js'
import { nameStream } from '../../../client-sdk/src/name-stream.js'
import { frameCodes } from '../../../client-sdk/src/transport/frame-code.js'
import { linkCodes } from '../../../client-sdk/src/transport/link-code.js'
import { trackerErrorCodes } from '../../../protocol/tracker-messages.js'
import { codeIn, flat, readPage, readSource, sectionOf, tableOf, unionLiterals } from './markdown.js'

const troubleshooting = readPage('docs/troubleshooting.md')
const protocol = readPage('docs/protocol.md')

describe('codes in the documentation', () => {
  it('has every reason that explain() gives, with its message, cause and remedy, and no other', () => {
    const known = explanations()
    ok(known.size >= 20, `${known.size} codes`)
    for (const [code, message] of known) {
      const { text } = sectionOf(troubleshooting, code)
      ok(flat(text).includes(`_${message}_`), `${code}: the message is not "${message}"`)
      ok(/- Cause/.test(text) && /- Do:/.test(text), `${code}: no cause or no remedy`)
    }
    deepEqual(sectionsUnder('reasons-explain').toSorted(), [...known.keys()].toSorted())
  })

  it('has every warning with its message, and no other', () => {
    const codes = unionLiterals('client-sdk/src/warnings.ts', 'WarningCode')
    ok(codes.length >= 8, `${codes.length} codes`)
    const documented = sectionsUnder('warnings').map((title) => title.replace(' (warning)', ''))
    deepEqual(documented.toSorted(), codes.toSorted())
    const texts = warningTexts()
    ok(texts.size >= codes.length, `${texts.size} texts`)
    const under = flat(textUnder('warnings'))
    for (const text of texts) ok(under.includes(`_${text}_`), `no warning "${text}"`)
  })

  it('has every code of PrismeshError with its message, and no other', () => {
    const codes = unionLiterals('client-sdk/src/errors.ts', 'PrismeshErrorCode')
    ok(codes.length >= 4)
    const documented = sectionsUnder('errors').map((title) => title.replace(' (error)', ''))
    deepEqual(documented.toSorted(), codes.toSorted())
    const thrown = [
      ...readSource('client-sdk/src/mesh.ts').matchAll(/PrismeshError\('([\w-]+)', '([^']+)'\)/g),
    ]
    equal(thrown.length, 3)
    for (const [, code, message] of thrown) {
      const anchor = code === 'closed' ? 'closed-error' : (code ?? '')
      ok(sectionOf(troubleshooting, anchor).text.includes(`\`${message}\``), message)
    }
  })

  it("has every code of the tracker, on both pages, and the client's own", () => {
    deepEqual(firstCells(protocol, 'error'), [...trackerErrorCodes].toSorted())
    const own = unionLiterals('client-sdk/src/transport/tracker-client.ts', 'TrackerWarning')
    deepEqual(own, ['reply-malformed', 'join-unanswered', 'move-refused'])
    const { text } = sectionOf(troubleshooting, 'tracker-answers')
    const documented = [...text.matchAll(/^\| `([\w-]+)`/gm)].map(([, code]) => code ?? '')
    deepEqual(documented.toSorted(), [...trackerErrorCodes, ...own].toSorted())
  })

  it('has every code that closes a link in the protocol, where it belongs', () => {
    deepEqual(firstCells(protocol, 'frames'), [...frameCodes].toSorted())
    deepEqual(firstCells(protocol, 'the-engine'), [...linkViolations].toSorted())
    const beyondFrames = linkCodes.filter((code) => !(frameCodes as readonly string[]).includes(code))
    deepEqual(firstCells(protocol, 'the-link'), [...beyondFrames].toSorted())
    deepEqual(firstCells(protocol, 'before-a-link-opens'), attemptCodes().toSorted())
  })

  it('has every code that closes a link, and every reason of the page, in troubleshooting', () => {
    const own = pageReasons()
    ok(own.length >= 5, `${own.length} reasons`)
    const codes = new Set([...linkCodes, ...linkViolations, ...attemptCodes(), ...own])
    ok(codes.size >= 40, `${codes.size} codes`)
    const text = textUnder('links')
    const documented = [...text.matchAll(/^\| (?:<a [^>]+><\/a>)?`([\w-]+)`/gm)].map(([, code]) => code ?? '')
    // Its meaning is a sentence, for want of others of its kind.
    ok(text.includes('`listener-late` is a mistake of this side'))
    deepEqual([...documented, 'listener-late'].toSorted(), [...codes].toSorted())
  })
})

/** Every code that any situation leads to, with its message. */
function explanations(): Map<ExplanationCode, string> {
  const found = new Map<ExplanationCode, string>()
  const powers: Situation['power'][] = ['on', 'closed', 'switched-off-by-page', 'disabled']
  const consents: Situation['consent'][] = ['refused', 'pending', 'granted']
  const phases: Situation['phase'][] = [
    'idle',
    'unnamed',
    'faulted',
    'connecting',
    'unreachable',
    'refused',
    'joined',
  ]
  const uploads: Pick<Situation, 'uploadObstacle' | 'uploadLimit'>[] = [
    ...([undefined, 'capped', 'save-data', 'cellular', 'battery-low', 'upload-hidden'] as const).map(
      (uploadObstacle) => ({ uploadObstacle, uploadLimit: undefined }),
    ),
    ...(['session-cap-reached', 'ratio-reached', 'buffer-low', 'round-trips-rise'] as const).map(
      (uploadLimit) => ({ uploadObstacle: undefined, uploadLimit }),
    ),
  ]
  for (const power of powers)
    for (const consent of consents)
      for (const webrtc of ['available', 'missing'] as const)
        for (const players of [0, 1])
          for (const phase of phases)
            for (const upload of uploads)
              for (const links of [0, 1]) {
                const shared = {
                  players,
                  phase,
                  others: links,
                  links,
                  ...upload,
                  page: 'hidden',
                  integrity: 'off',
                } as const
                const rest = { ...shared, p2p: 'on', fewViewers: false, uploadsLowered: true } as const
                const situations = [
                  rest,
                  { ...rest, others: 1 },
                  { ...rest, integrity: 'signatures-unchecked' } as const,
                  { ...rest, integrity: 'no-digests' } as const,
                  { ...rest, integrity: 'digests-missing' } as const,
                  { ...rest, p2p: 'drain', others: 1 } as const,
                  { ...rest, p2p: 'off' } as const,
                  { ...rest, p2p: 'off', fewViewers: true } as const,
                ]
                for (const situation of situations) {
                  const reasons = explain({ power, consent, webrtc, ...situation })
                  for (const { code, message } of reasons) found.set(code, message)
                }
              }
  return found
}

/** The sentences that the SDK gives to `warn`, wherever it does. */
function warningTexts(): Set<string> {
  const texts = new Set<string>()
  const calls = readSource('client-sdk/src/mesh.ts').matchAll(/warnings\.warn\(\s*'[\w-]+',\s*'([^']+)'/g)
  for (const [, text] of calls) texts.add(text ?? '')
  const warnings = { warn: (_code: string, text: string) => void texts.add(text) }
  nameStream(undefined, 'blob:nothing', warnings)
  nameStream(() => '', 'https://x', warnings)
  nameStream(
    () => {
      throw new Error('of the page')
    },
    'https://x',
    warnings,
  )
  return texts
}

function attemptCodes(): string[] {
  return [...unionLiterals('client-sdk/src/transport/neighbourhood.ts', 'AttemptCode')]
}

/** Reasons of this side for closing its links, as the code gives them. */
function pageReasons(): string[] {
  const source = ['mesh', 'attached-player', 'session']
    .map((name) => readSource(`client-sdk/src/${name}.ts`))
    .join('')
  const calls = source.matchAll(
    /(?:\.remove\(\w+|\.end\(\{[^}]*\}|permissionChanged\(|closeLinks\(|\.close\()(?:, )?'([\w-]+)'/g,
  )
  return [...new Set([...calls].map(([, code]) => code ?? ''))]
}

function firstCells(page: typeof protocol, anchor: string): string[] {
  return tableOf(page, anchor)
    .map(([cell]) => codeIn(cell))
    .toSorted()
}

/** Titles of the sections one level below. */
function sectionsUnder(anchor: string): string[] {
  const { sections } = troubleshooting
  const at = sections.findIndex((section) => section.anchor === anchor)
  const level = sections[at]?.level ?? 0
  const below = sections.slice(at + 1)
  const end = below.findIndex((section) => section.level <= level)
  return below.slice(0, end === -1 ? undefined : end).map(({ title }) => title)
}

function textUnder(anchor: string): string {
  const titles = sectionsUnder(anchor)
  const texts = troubleshooting.sections.filter(({ title }) => titles.includes(title)).map(({ text }) => text)
  return [sectionOf(troubleshooting, anchor).text, ...texts].join('\n')
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  explain,
  whyNotGiving,
  type ExplanationCode,
  type Situation,
} from '../../../client-sdk/src/explain.js'

const sharing: Situation = {
  power: 'on',
  consent: 'granted',
  webrtc: 'available',
  players: 1,
  phase: 'joined',
  others: 3,
  links: 2,
  uploadObstacle: undefined,
  uploadLimit: undefined,
  p2p: 'on',
  fewViewers: false,
  uploadsLowered: false,
  page: 'visible',
  integrity: 'checked',
}

const cases: readonly (readonly [Partial<Situation>, readonly ExplanationCode[]])[] = [
  [{}, ['sharing']],
  [{ power: 'closed' }, ['closed']],
  [{ power: 'switched-off-by-page', consent: 'refused' }, ['switched-off-by-page']],
  [{ power: 'disabled', players: 0 }, ['disabled']],
  [{ consent: 'refused', players: 0 }, ['no-consent']],
  [{ webrtc: 'missing' }, ['no-webrtc']],
  [{ players: 0, consent: 'pending' }, ['not-attached']],
  [{ consent: 'pending', phase: 'idle' }, ['consent-pending']],
  [{ phase: 'idle', links: 0 }, ['no-stream']],
  [{ phase: 'unnamed', links: 0 }, ['stream-unnamed']],
  [{ phase: 'faulted', links: 0 }, ['faulted']],
  [{ phase: 'connecting', links: 0, others: 0 }, ['tracker-connecting']],
  [{ phase: 'unreachable', links: 0 }, ['tracker-unreachable']],
  [{ phase: 'refused', links: 0 }, ['tracker-refused']],
  [{ links: 0, others: 0 }, ['alone']],
  [{ links: 0 }, ['no-link-yet']],
  [{ phase: 'unreachable' }, ['sharing', 'tracker-unreachable']],
  [{ uploadObstacle: 'capped' }, ['sharing', 'not-uploading']],
  [{ uploadObstacle: 'save-data' }, ['sharing', 'save-data']],
  [{ uploadObstacle: 'cellular', links: 0 }, ['no-link-yet', 'cellular']],
  [{ uploadObstacle: 'battery-low' }, ['sharing', 'battery-low']],
  [{ uploadObstacle: 'upload-hidden', page: 'hidden' }, ['sharing', 'upload-hidden', 'page-hidden']],
  [{ uploadLimit: 'session-cap-reached' }, ['sharing', 'session-cap-reached']],
  [{ uploadLimit: 'ratio-reached', uploadsLowered: true }, ['sharing', 'upload-lowered', 'ratio-reached']],
  [{ uploadLimit: 'buffer-low' }, ['sharing', 'buffer-low']],
  [{ uploadLimit: 'round-trips-rise' }, ['sharing', 'round-trips-rise']],
  [{ uploadLimit: 'ratio-reached', uploadObstacle: 'cellular' }, ['sharing', 'cellular']],
  [{ page: 'hidden' }, ['sharing', 'page-hidden']],
  [{ p2p: 'off', links: 0, uploadsLowered: true }, ['p2p-off']],
  [{ p2p: 'off', links: 0, fewViewers: true }, ['few-viewers']],
  [{ p2p: 'drain', links: 0 }, ['p2p-draining']],
  [{ p2p: 'drain', links: 0, others: 0 }, ['alone']],
  [{ p2p: 'drain' }, ['sharing', 'p2p-draining']],
  [{ uploadsLowered: true }, ['sharing', 'upload-lowered']],
  [{ uploadsLowered: true, uploadObstacle: 'capped' }, ['sharing', 'not-uploading']],
  [{ integrity: 'off' }, ['sharing', 'unchecked']],
  [{ integrity: 'off', links: 0 }, ['no-link-yet']],
  [{ integrity: 'signatures-unchecked' }, ['sharing', 'signatures-unchecked']],
  [{ integrity: 'signatures-unchecked', links: 0 }, ['no-link-yet']],
  [{ integrity: 'no-digests' }, ['no-digests']],
  [{ integrity: 'no-digests', links: 0 }, ['no-link-yet', 'no-digests']],
  [{ integrity: 'digests-missing', phase: 'unreachable' }, ['digests-missing', 'tracker-unreachable']],
]

describe('explain', () => {
  for (const [changes, codes] of cases) {
    it(`says ${codes.join(', ')} for ${JSON.stringify(changes)}`, () => {
      deepEqual(
        explain({ ...sharing, ...changes }).map(({ code }) => code),
        codes,
      )
    })
  }

  it('was asked for every code', () => {
    equal(new Set(cases.flatMap(([, codes]) => codes)).size, 34)
  })

  const held: readonly (readonly [Partial<Situation>, ExplanationCode | undefined])[] = [
    [{}, undefined],
    [{ consent: 'refused' }, 'no-consent'],
    [{ consent: 'pending' }, 'consent-pending'],
    [{ power: 'disabled', consent: 'refused' }, 'disabled'],
    [{ p2p: 'off' }, 'p2p-off'],
    [{ p2p: 'off', fewViewers: true }, 'few-viewers'],
    [{ uploadObstacle: 'capped' }, 'not-uploading'],
    [{ uploadObstacle: 'battery-low', uploadLimit: 'buffer-low' }, 'battery-low'],
    [{ uploadLimit: 'session-cap-reached', uploadsLowered: true }, 'session-cap-reached'],
    [{ uploadLimit: 'round-trips-rise' }, 'round-trips-rise'],
    [{ uploadsLowered: true }, 'upload-lowered'],
    [{ page: 'hidden', integrity: 'off', links: 0, phase: 'unreachable' }, undefined],
  ]
  for (const [changes, code] of held) {
    it(`says that ${code ?? 'nothing'} holds uploads back for ${JSON.stringify(changes)}`, () => {
      equal(whyNotGiving({ ...sharing, ...changes }), code)
    })
  }

  it('always gives a reason in a sentence, and none twice', () => {
    const situations = fc.record({
      power: fc.constantFrom<Situation['power'][]>('on', 'closed', 'switched-off-by-page', 'disabled'),
      consent: fc.constantFrom<Situation['consent'][]>('refused', 'pending', 'granted'),
      integrity: fc.constantFrom<Situation['integrity'][]>(
        'checked',
        'signatures-unchecked',
        'off',
        'no-digests',
        'digests-missing',
      ),
      webrtc: fc.constantFrom<Situation['webrtc'][]>('available', 'missing'),
      players: fc.nat(2),
      phase: fc.constantFrom<Situation['phase'][]>(
        'idle',
        'unnamed',
        'faulted',
        'connecting',
        'unreachable',
        'refused',
        'joined',
      ),
      others: fc.nat(2),
      links: fc.nat(2),
      uploadObstacle: fc.constantFrom<Situation['uploadObstacle'][]>(
        undefined,
        'capped',
        'save-data',
        'cellular',
        'battery-low',
        'upload-hidden',
      ),
      uploadLimit: fc.constantFrom<Situation['uploadLimit'][]>(
        undefined,
        'session-cap-reached',
        'ratio-reached',
        'buffer-low',
        'round-trips-rise',
      ),
      fewViewers: fc.boolean(),
      p2p: fc.constantFrom<Situation['p2p'][]>('on', 'drain', 'off'),
      uploadsLowered: fc.boolean(),
      page: fc.constantFrom<Situation['page'][]>('visible', 'hidden'),
    })
    fc.assert(
      fc.property(situations, (situation) => {
        const reasons = explain(situation)
        ok(reasons.length > 0)
        equal(new Set(reasons.map(({ code }) => code)).size, reasons.length)
        ok(reasons.every(({ message }) => message.endsWith('.')))
      }),
    )
  })
})

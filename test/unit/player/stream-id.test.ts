import { equal } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { asStreamId, streamIdOfUrl } from '../../../client-sdk/src/player/stream-id.js'

describe('stream ids', () => {
  it('are host and path, without query and fragment', () => {
    equal(streamIdOfUrl('https://cdn.example/live/a.m3u8?token=1#t=2'), 'cdn.example/live/a.m3u8')
    equal(streamIdOfUrl('http://localhost:8080/a.m3u8'), 'localhost:8080/a.m3u8')
    equal(streamIdOfUrl('https://user:secret@cdn.example/a.m3u8'), 'cdn.example/a.m3u8')
  })

  it('do not depend on tokens', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), (query) => {
        equal(streamIdOfUrl(`https://cdn.example/a.m3u8?${query}`), 'cdn.example/a.m3u8')
      }),
    )
  })

  for (const url of [
    'blob:https://page.example/5a1c',
    'data:text/plain,x',
    'nonsense',
    '',
    `https://a/${'x'.repeat(256)}`,
  ]) {
    it(`are missing for ${url.slice(0, 40) || 'an empty URL'}`, () => equal(streamIdOfUrl(url), undefined))
  }

  it('have 1 to 256 characters', () => {
    equal(asStreamId('x'.repeat(256)), 'x'.repeat(256))
    for (const wrong of ['', 'x'.repeat(257), 7, undefined, null]) equal(asStreamId(wrong), undefined)
  })
})

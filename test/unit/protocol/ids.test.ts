import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { isMemberId, isRenditionId, isSwarmId } from '../../../protocol/ids.js'

const digits = '0123456789abcdef0123456789abcdef01234567'

describe('ids', () => {
  for (const [name, accepts] of Object.entries({ member: isMemberId, swarm: isSwarmId })) {
    it(`a ${name} id is 40 lower-case hexadecimal digits and nothing else`, () => {
      assert.ok(accepts(digits))
      for (const wrong of [
        '',
        digits.slice(1),
        `${digits}0`,
        digits.toUpperCase(),
        `${digits}\n`,
        `g${digits.slice(1)}`,
      ]) {
        assert.equal(accepts(wrong), false, JSON.stringify(wrong))
      }
    })
  }

  it('a rendition id is 1 to 64 printable ASCII characters without spaces', () => {
    for (const right of ['v', 'audio-en', '~!"/', 'x'.repeat(64)]) assert.ok(isRenditionId(right), right)
    for (const wrong of ['', 'x'.repeat(65), 'a b', 'a\n', 'é', 'a\u007f', '日']) {
      assert.equal(isRenditionId(wrong), false, JSON.stringify(wrong))
    }
  })
})

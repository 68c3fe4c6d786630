import assert from 'node:assert/strict'
import { listenError } from '../../../tracker/src/server/listen-error.js'

describe('errors of listening', () => {
  const cases = [
    ['EADDRINUSE', 'port-in-use', 'cannot listen at localhost:80: the port is in use'],
    ['EACCES', 'not-permitted', 'cannot listen at localhost:80: not permitted'],
    ['EPERM', 'not-permitted', 'cannot listen at localhost:80: not permitted'],
    ['EADDRNOTAVAIL', 'cannot-listen', 'cannot listen at localhost:80: EADDRNOTAVAIL'],
  ] as const
  for (const [systemCode, code, message] of cases) {
    it(`tell ${systemCode} as ${code}`, () => {
      const error = listenError(Object.assign(new Error('listen'), { code: systemCode }), 'localhost', 80)
      assert.deepEqual([error.code, error.message, error.problems], [code, message, [message]])
    })
  }

  it('keep the message of an error without a code', () => {
    assert.match(listenError(new Error('no such thing'), 'localhost', 80).message, /no such thing$/)
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { webBlockHash } from '../../../client-sdk/src/transport/web-hashes.js'
import { blockBytes } from '../../../protocol/block.js'
import { blockHash } from '../../../protocol/merkle-tree.js'
import { sha256 } from '../../support/sha256.js'

describe('webBlockHash', () => {
  const block = Uint8Array.from({ length: blockBytes }, (_, index) => index % 251)
  let scripted = 0
  const hash = () =>
    new Promise<Uint8Array>((done) =>
      webBlockHash((bytes) => {
        scripted += 1
        return sha256(bytes)
      })(block, done),
    )

  afterEach(() => {
    scripted = 0
    Reflect.deleteProperty(crypto.subtle, 'digest')
  })

  it('gives the hash that stands in a hash list, without JavaScript', async () => {
    deepEqual(await hash(), blockHash(sha256, block))
    equal(scripted, 0)
  })

  it('gives it where WebCrypto refuses, too', async () => {
    Object.defineProperty(crypto.subtle, 'digest', {
      configurable: true,
      value: () => Promise.reject(new Error('refused')),
    })
    deepEqual(await hash(), blockHash(sha256, block))
    equal(scripted, 1)
  })

  it('gives it where the page is no secure context', async () => {
    Object.defineProperty(crypto.subtle, 'digest', { configurable: true, value: undefined })
    deepEqual(await hash(), blockHash(sha256, block))
    equal(scripted, 1)
  })
})

import { equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import fc from 'fast-check'
import { blockHash, merkleRoot } from '../../../protocol/merkle-tree.js'
import { sha256 } from '../../support/sha256.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Leaves and roots that implementations of RFC 6962 test each other with (certificate-transparency, merkle_tree_test). */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('the tree over the blocks of a segment', () => {
  it('has the roots that RFC 6962 implementations agree on', () => {
    const hashes = leaves.map((leaf) => blockHash(sha256, Buffer.from(leaf, 'hex')))
    for (const [index, root] of roots.entries()) {
      equal(hex(merkleRoot(sha256, hashes.slice(0, index + 1))), root, `${index + 1} leaves`)
    }
  })

  it("is the RFC's recursion, for any number of leaves", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (count) => {
        const hashes = Array.from({ length: count }, (_, index) => blockHash(sha256, Uint8Array.of(index)))
        equal(hex(merkleRoot(sha256, hashes)), hex(recursiveRoot(hashes)))
      }),
    )
  })
})

/** RFC 9162, section 2.1.1, as it is written. */
function recursiveRoot(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes
  if (hashes.length === 1 && only) return only
  let split = 1
  while (split * 2 < hashes.length) split *= 2
  const [left, right] = [recursiveRoot(hashes.slice(0, split)), recursiveRoot(hashes.slice(split))]
  return sha256(Buffer.concat([Uint8Array.of(1), left, right]))
}

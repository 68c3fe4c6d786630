/**
 * The tree of RFC 9162, section 2.1, over the blocks of a segment. Leaves and nodes are hashed with different prefixes,
 * so that no node can pass for a block.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** Bytes of a SHA-256 hash. */
export const hashBytes = 32

const leafPrefix = 0x00
const nodePrefix = 0x01

/** The hash of one block, as it stands in the hash list of its segment. */
export function blockHash(sha256: Sha256, block: Uint8Array): Uint8Array {
  return sha256(leafOf(block))
}

/** What is hashed for a block: the block behind the prefix of leaves. */
export function leafOf(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const leaf = new Uint8Array(block.length + 1)
  leaf[0] = leafPrefix
  leaf.set(block, 1)
  return leaf
}

/**
 * The root over a hash list of at least one. Neighbouring nodes are joined level by level and an odd one moves up as it
 * is, which gives the same tree as the RFC's recursion on the largest power of two.
 */
export function merkleRoot(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]]
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(sha256, left, right))
    }
    level = above
  }
  const [root] = level
  if (root === undefined) throw new Error('a tree needs a leaf')
  return root
}

/** Compares hashes. They are public: how long it takes tells nobody anything. */
export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const node = new Uint8Array(1 + 2 * hashBytes)
  node[0] = nodePrefix
  node.set(left, 1)
  node.set(right, 1 + hashBytes)
  return sha256(node)
}

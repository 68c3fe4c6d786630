import { blockHash, leafOf, type Sha256 } from '../../../protocol/merkle-tree.js'

/**
 * Hashes blocks by WebCrypto, away from the page's thread: JavaScript takes more CPU, and most for the first blocks, before
 * the first frame, while it is not compiled yet. Where WebCrypto is missing or refuses, `sha256` does it.
 */
export function webBlockHash(sha256: Sha256): (block: Uint8Array, done: (hash: Uint8Array) => void) => void {
  return (block, done) => {
    void digestOf(block).then((hash) => done(hash ?? blockHash(sha256, block)))
  }
}

async function digestOf(block: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.digest('SHA-256', leafOf(block)))
  } catch {
    return undefined
  }
}

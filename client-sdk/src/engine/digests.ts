import { blockCount } from '../../../protocol/block.js'
import { merkleRoot, sameHash, type Sha256 } from '../../../protocol/merkle-tree.js'
import type { HashList, SegmentDigest } from '../../../protocol/segment-digest.js'
import { segmentKey, type SegmentKey } from '../../../protocol/segment-key.js'
import { tuning } from './tuning.js'

/** What is known of one segment's true bytes. */
export interface KnownDigest extends SegmentDigest {
  readonly key: SegmentKey
  /** Undefined until somebody gave a list that fits the root. */
  hashes: HashList | undefined
}

/**
 * The digests that the tracker told, and the hash lists that fit them. A digest comes in only with its signature checked;
 * a list, wherever it is from, only if it gives the root.
 */
export class Digests {
  private readonly known = new Map<SegmentKey, KnownDigest>()

  constructor(private readonly sha256: Sha256) {}

  get(key: SegmentKey): KnownDigest | undefined {
    return this.known.get(key)
  }

  /** The newest digests whose list is known. */
  newestListed(count: number): KnownDigest[] {
    return [...this.known.values()].filter(({ hashes }) => hashes !== undefined).slice(-count)
  }

  /** Returns undefined when the segment's digest was known before: the first counts. */
  add(digest: SegmentDigest): KnownDigest | undefined {
    const key = segmentKey(digest.segment)
    if (this.known.has(key)) return undefined
    const [oldest] = this.known.keys()
    if (this.known.size >= tuning.digestsRememberedMax && oldest !== undefined) this.known.delete(oldest)
    const known = { ...digest, key, hashes: undefined }
    this.known.set(key, known)
    return known
  }

  /** Takes a list over if it is the one under the root. */
  learnList(known: KnownDigest, hashes: HashList): boolean {
    if (hashes.length !== blockCount(known.bytes)) return false
    if (!sameHash(merkleRoot(this.sha256, hashes), known.root)) return false
    known.hashes = hashes
    return true
  }
}

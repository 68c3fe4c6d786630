import { deepEqual } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { Engine } from '../../../client-sdk/src/engine/engine.js'
import type { LinkId } from '../../../client-sdk/src/engine/inputs.js'
import type { EngineOutput } from '../../../client-sdk/src/engine/outputs.js'
import type { RenditionId } from '../../../protocol/ids.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { memberId } from '../../support/transport/member-ids.js'

const rendition = 'v1' as RenditionId
const edge: SignedPlaylistEdge = {
  rendition,
  first: 10,
  last: 15,
  tail: '#EXTINF:2,\n15.ts\n',
  hash: new Uint8Array(32),
  signature: new Uint8Array(64),
}

describe('news of playlists', () => {
  let engine: Engine

  beforeEach(() => {
    engine = new Engine({
      self: memberId(1),
      cacheBytesMax: 1024 ** 2,
      uploadBytesPerSecondMax: 0,
      uploadLimits: { bytesMax: Infinity, ratioMax: Infinity, uploadedBefore: 0, watchedBefore: 0 },
    })
    for (const [link, followed] of ['v1', 'v1', 'v2'].entries()) {
      open(link as LinkId, followed as RenditionId)
    }
  })

  function open(link: LinkId, followed: RenditionId): void {
    engine.step(0, { kind: 'link-opened', link, member: memberId(link + 2) })
    const message = { kind: 'hello', version: 1, uploads: false, rendition: followed } as const
    engine.step(0, { kind: 'message-received', link, message })
  }

  const tell = (link: number): EngineOutput[] =>
    engine.step(1, {
      kind: 'message-received',
      link: link as LinkId,
      message: { kind: 'playlist-edge', ...edge },
    })
  const linksTold = (outputs: readonly EngineOutput[]): number[] =>
    outputs.flatMap((output) =>
      output.kind === 'send' && output.message.kind === 'playlist-edge' ? [output.link] : [],
    )

  it('are given to be checked, and passed on to nobody before', () => {
    const outputs = tell(0)
    deepEqual(
      outputs.map(({ kind }) => kind),
      ['check-playlist-edge'],
    )
  })

  it('go once to those who follow the rendition and have not told them', () => {
    tell(0)
    deepEqual(linksTold(engine.step(2, { kind: 'playlist-edge-proven', edge })), [1])
    deepEqual(linksTold(engine.step(3, { kind: 'playlist-edge-proven', edge })), [])
    deepEqual(tell(1), [], 'and need no check when they come back')
  })

  it('go to all when they are of a sound track', () => {
    const sound = { ...edge, rendition: 'a-en' as RenditionId }
    deepEqual(linksTold(engine.step(2, { kind: 'playlist-edge-proven', edge: sound })), [0, 1, 2])
  })
})

import { deepEqual } from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { openCdn } from '../../../client-sdk/src/open-cdn.js'
import type { LoaderClass } from '../../../client-sdk/src/player/loader-contract.js'
import { FakeLoader } from '../player/fake-loader.js'
import { FakePlayer } from './fake-player.js'

/** An hls.js whose default loader is the fake one. */
class DefaultPlayer extends FakePlayer {
  static readonly DefaultConfig = { loader: FakeLoader }
}

class SiteLoader extends FakeLoader {}

describe('openCdn', () => {
  const platformFetch = globalThis.fetch
  let fetched: string[]

  beforeEach(() => {
    fetched = []
    FakeLoader.made.length = 0
    globalThis.fetch = (input) => {
      fetched.push(input instanceof Request ? input.url : input.toString())
      return new Promise(() => {})
    }
  })

  afterEach(() => {
    globalThis.fetch = platformFetch
  })

  const url = 'https://cdn.example/main-11.ts?token=me'

  async function fetchOver(player: FakePlayer, original: LoaderClass): Promise<string[]> {
    const listener = { started() {}, progressed() {}, ended() {}, failed() {} }
    openCdn(player, original).fetch({ source: { url }, from: 0, to: 16 }, listener)
    await Promise.resolve()
    const loads = FakeLoader.made.map(({ constructor, request }) => {
      const { frag, rangeEnd } = request?.context ?? {}
      return `${constructor.name} ${frag?.sn} ${rangeEnd ?? 'whole'}`
    })
    return [...fetched, ...loads]
  }

  it('streams with fetch where the site left hls.js its default loader', async () => {
    deepEqual(await fetchOver(new DefaultPlayer(), FakeLoader), [url])
  })

  it('keeps the default loader where the site sets requests up', async () => {
    const player = new DefaultPlayer()
    player.config.xhrSetup = () => {}
    deepEqual(await fetchOver(player, FakeLoader), ['FakeLoader 11 16'])
  })

  it("loads whole segments through a site's own loader, which learns the fragment", async () => {
    deepEqual(await fetchOver(new DefaultPlayer(), SiteLoader), ['SiteLoader 11 whole'])
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { startEarly } from '../../../client-sdk/src/player/early-start.js'
import { FakePlayer } from '../sdk/fake-player.js'

const media = { currentTime: 0, playbackRate: 1, buffered: { length: 0, start: () => 0, end: () => 0 } }

describe('startEarly', () => {
  let player: FakePlayer

  beforeEach(() => {
    player = new FakePlayer()
    player.config.startFragPrefetch = false
    player.media = media
  })

  it('lets the first segment be loaded while the media element is being opened, and only that one', () => {
    startEarly(player)
    const seen: unknown[] = []
    for (const event of ['hlsManifestLoading', 'hlsManifestLoaded', 'hlsFragLoading']) {
      player.fire(event, { url: 'https://cdn.example/live.m3u8' })
      seen.push(player.config.startFragPrefetch)
    }
    deepEqual(seen, [false, true, false])
  })

  it('loads nothing ahead for a page that has not attached a media element', () => {
    player.media = null
    startEarly(player)
    player.fire('hlsManifestLoaded')
    equal(player.config.startFragPrefetch, false)
  })

  it('leaves alone what the page set itself', () => {
    for (const startFragPrefetch of [true, false]) {
      player.userConfig = { startFragPrefetch }
      player.config.startFragPrefetch = startFragPrefetch
      const undo = startEarly(player)
      player.fire('hlsManifestLoaded')
      undo()
      equal(player.config.startFragPrefetch, startFragPrefetch)
    }
    equal(player.listenerCount, 0)
  })

  it('puts the setting and the listeners back', () => {
    const undo = startEarly(player)
    player.fire('hlsManifestLoaded')
    undo()
    equal(player.config.startFragPrefetch, false)
    equal(player.listenerCount, 0)
  })
})

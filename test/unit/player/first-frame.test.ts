import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { watchFirstFrame } from '../../../client-sdk/src/player/first-frame.js'

const buffered = { length: 0, start: () => 0, end: () => 0 }

describe('watchFirstFrame', () => {
  function element(readyState: number) {
    const listeners = new Map<string, () => void>()
    const media = {
      currentTime: 0,
      playbackRate: 1,
      buffered,
      readyState,
      addEventListener: (event: string, listener: () => void) => void listeners.set(event, listener),
      removeEventListener: (event: string) => void listeners.delete(event),
    }
    return { media, listeners }
  }

  it('tells of the first frame when it is decoded, and takes its listener back', () => {
    const { media, listeners } = element(1)
    let told = 0
    const end = watchFirstFrame(media, () => (told += 1))
    equal(told, 0)
    listeners.get('loadeddata')?.()
    equal(told, 1)
    end?.()
    deepEqual([...listeners], [])
  })

  it('tells at once where a frame is there', () => {
    const { media, listeners } = element(2)
    let told = 0
    watchFirstFrame(media, () => (told += 1))
    equal(told, 1)
    equal(listeners.size, 0)
  })

  it('says that it cannot hear without an element, or from one that tells nothing', () => {
    const told: string[] = []
    equal(
      watchFirstFrame(null, () => told.push('null')),
      undefined,
    )
    equal(
      watchFirstFrame({ currentTime: 0, playbackRate: 1, buffered }, () => told.push('bare')),
      undefined,
    )
    deepEqual(told, [])
  })
})

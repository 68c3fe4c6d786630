import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Emitter } from '../../../client-sdk/src/emitter.js'

interface Events {
  said: (word: string) => void
}

describe('Emitter', () => {
  it('calls listeners in order until they unsubscribe, each for itself', () => {
    const emitter = new Emitter<Events>()
    const heard: string[] = []
    const listener = (word: string): void => void heard.push(word)
    const offFirst = emitter.on('said', listener)
    const offSecond = emitter.on('said', listener)
    emitter.emit('said', 'a')
    offFirst()
    offFirst()
    emitter.emit('said', 'b')
    offSecond()
    emitter.emit('said', 'c')
    deepEqual(heard, ['a', 'a', 'b'])
    equal(emitter.has('said'), false)
  })

  it('reports a listener that throws as an uncaught error, and calls the others', async () => {
    const emitter = new Emitter<Events>()
    const heard: string[] = []
    emitter.on('said', () => {
      throw new Error('mine')
    })
    emitter.on('said', (word) => void heard.push(word))
    const uncaught = await withUncaught(() => emitter.emit('said', 'a'))
    deepEqual([heard, uncaught], [['a'], 'mine'])
  })

  it('hears nothing after clear', () => {
    const emitter = new Emitter<Events>()
    emitter.on('said', () => {
      throw new Error('never')
    })
    emitter.clear()
    emitter.emit('said', 'a')
  })
})

/** Mocha would count the uncaught error as a failure: its handlers stand aside for a moment. */
async function withUncaught(act: () => void): Promise<string> {
  const handlers = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  try {
    return await new Promise<string>((resolve) => {
      process.once('uncaughtException', (error) => resolve(error.message))
      act()
    })
  } finally {
    for (const handler of handlers) process.on('uncaughtException', handler)
  }
}

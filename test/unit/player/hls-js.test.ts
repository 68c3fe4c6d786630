import { deepEqual, equal, ok } from 'node:assert/strict'
import Hls from 'hls.js'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { HlsPlayer } from '../../../client-sdk/src/player/hls-player.js'
import type { LoaderClass } from '../../../client-sdk/src/player/loader-contract.js'
import type { OrderListener } from '../../../client-sdk/src/player/segment-desk.js'
import { SegmentLoader } from '../../../client-sdk/src/player/segment-loader.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { contextOf, policy, recordingCallbacks } from './fake-loader.js'

/** Fails to compile when hls.js no longer has the shape that `attach` asks for. */
const hlsFits: Hls extends HlsPlayer ? true : never = true

/** Answers nothing until the test says so. */
class FakeRequest {
  static last: FakeRequest | undefined
  readyState = 0
  status = 0
  statusText = ''
  response: ArrayBuffer | undefined
  responseType = ''
  responseURL = ''
  onreadystatechange: (() => void) | null = null
  onprogress: (() => void) | null = null
  aborted = false

  constructor() {
    FakeRequest.last = this
  }

  open(_method: string, url: string): void {
    this.responseURL = url
    this.readyState = 1
  }

  setRequestHeader(): void {}

  send(): void {}

  abort(): void {
    this.aborted = true
  }

  answer(status: number, bytes: number): void {
    this.status = status
    this.response = new ArrayBuffer(bytes)
    this.readyState = 4
    this.onreadystatechange?.()
  }
}

describe("hls.js's own loader under ours", () => {
  let listener: OrderListener | undefined
  let passed = 0

  // hls.js reads both from `self`. Not enumerable, or mocha would report them as leaks.
  beforeEach(() => {
    defineGlobal('self', globalThis)
    defineGlobal('XMLHttpRequest', FakeRequest)
    FakeRequest.last = undefined
    passed = 0
  })

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'self')
    Reflect.deleteProperty(globalThis, 'XMLHttpRequest')
  })

  function makeLoader(mode: 'takes' | 'declines'): SegmentLoader {
    const Original = Hls.DefaultConfig.loader as unknown as LoaderClass
    const desk = {
      cdnBytesPerSecond: undefined,
      order: (_context: unknown, _config: unknown, heard: OrderListener) => {
        listener = heard
        return mode === 'takes' ? { cancel: () => {} } : undefined
      },
      passedThrough: (_context: unknown, bytes: number) => void (passed += bytes),
    }
    return new SegmentLoader(new Original({ ...Hls.DefaultConfig }), desk, new VirtualClock())
  }

  const retries = { ...policy, loadPolicy: { ...policy.loadPolicy, errorRetry: null, timeoutRetry: null } }

  it('has the type that attach asks for', () => ok(hlsFits))

  it('is never started for a segment that the engine brings, and survives being thrown away', () => {
    const loader = makeLoader('takes')
    const record = recordingCallbacks()
    loader.load(contextOf(), retries, record.callbacks)
    listener?.delivered([new Uint8Array(3)], 3, {
      startedAt: 0,
      firstByteAt: 0,
      completedAt: 0,
      cdnBytes: 3,
      peerBytes: 0,
      sources: [],
    })
    loader.destroy()
    deepEqual(record.calls, ['progress 3', 'success 200'])
    equal(FakeRequest.last, undefined)
    equal(loader.stats.aborted, false)
  })

  it('loads a declined segment, with its stats in the hands of hls.js', () => {
    const loader = makeLoader('declines')
    const { stats } = loader
    const record = recordingCallbacks()
    loader.load(contextOf(), retries, record.callbacks)
    ok(stats.loading.start > 0)
    FakeRequest.last?.answer(200, 5000)
    loader.destroy()
    deepEqual(record.calls, ['progress 5000', 'success 200'])
    deepEqual([stats.loaded, stats.total, passed], [5000, 5000, 5000])
  })

  it('takes over a segment under way', () => {
    const loader = makeLoader('takes')
    const { stats } = loader
    const record = recordingCallbacks()
    loader.load(contextOf(), retries, record.callbacks)
    listener?.progressed(100, 5000)
    listener?.released()
    ok(stats.loading.start > 0)
    equal(stats.loaded, 0)
    FakeRequest.last?.answer(404, 0)
    deepEqual(record.calls, ['error 404'])
    loader.destroy()
  })

  it('is aborted with ours', () => {
    const loader = makeLoader('declines')
    const record = recordingCallbacks()
    loader.load(contextOf(), retries, record.callbacks)
    loader.abort()
    loader.destroy()
    equal(FakeRequest.last?.aborted, true)
    deepEqual([record.calls, loader.stats.aborted], [['abort'], true])
  })
})

function defineGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false })
}

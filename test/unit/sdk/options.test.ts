import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { PrismeshError } from '../../../client-sdk/src/errors.js'
import { resolveOptions } from '../../../client-sdk/src/options.js'

const tracker = 'wss://tracker.example.com'
const logger = { debug() {}, info() {}, warn() {}, error() {} }

describe('resolveOptions', () => {
  it('fills in every default, and freezes', () => {
    const config = resolveOptions({ tracker })
    ok(Object.isFrozen(config))
    const { iceServers, ...others } = config
    equal(iceServers.length, 2)
    deepEqual(others, {
      tracker,
      trackerHosts: [],
      consent: false,
      enabled: true,
      token: undefined,
      streamId: undefined,
      relayOnly: false,
      uploadBytesPerSecondMax: 1_000_000,
      uploadBytesMax: 4_000_000_000,
      uploadRatioMax: 1.5,
      uploadBatteryMin: 0.2,
      uploadWhenHidden: true,
      cacheBytesMax: 67_108_864,
      integrity: 'required',
      sharePlaylists: true,
      logger: undefined,
    })
  })

  it('keeps what is given', () => {
    const given = {
      tracker: 'ws://localhost:8000/',
      trackerHosts: ['example.com'],
      consent: () => true,
      enabled: false,
      token: () => Promise.resolve('t'),
      streamId: (url: string) => url,
      iceServers: [{ urls: ['turns:turn.example:443'], username: 'u', credential: 'c' }],
      relayOnly: true,
      uploadBytesPerSecondMax: Number.POSITIVE_INFINITY,
      uploadBytesMax: 0,
      uploadRatioMax: Number.POSITIVE_INFINITY,
      uploadBatteryMin: 1,
      uploadWhenHidden: false,
      cacheBytesMax: 1_048_576,
      integrity: 'off' as const,
      sharePlaylists: false,
      logger,
    }
    deepEqual(resolveOptions(given), given)
  })

  it('takes undefined as not given', () => {
    equal(resolveOptions({ tracker, consent: undefined, cacheBytesMax: undefined }).cacheBytesMax, 67_108_864)
  })

  const text = 'a text that is not empty, or a function giving one'
  const ice = 'an array of { urls } with stun:, turn: or turns: URLs'
  const cache = 'a whole number of bytes from 1048576 to 4294967296'
  const mistakes: readonly (readonly [unknown, string])[] = [
    [undefined, 'Prismesh needs an object of options with at least "tracker", not undefined'],
    ['wss://x', 'Prismesh needs an object of options with at least "tracker", not "wss://x"'],
    [{}, 'option "tracker" is missing: the URL of a Prismesh tracker'],
    [{ tracker: 'https://x' }, 'option "tracker" must be a ws:// or wss:// URL, not "https://x"'],
    [{ tracker: 'nonsense' }, 'option "tracker" must be a ws:// or wss:// URL, not "nonsense"'],
    [
      { tracker, trackerHosts: ['https://x'] },
      'option "trackerHosts" must be an array of host names, without scheme or port, not an array',
    ],
    [{ tracker: 7 }, 'option "tracker" must be a ws:// or wss:// URL, not 7'],
    [
      { tracker, consent: 'yes' },
      'option "consent" must be true, false or a function giving one of them, not "yes"',
    ],
    [{ tracker, enabled: 1 }, 'option "enabled" must be true or false, not 1'],
    [{ tracker, token: '' }, `option "token" must be ${text}, not ""`],
    [{ tracker, token: {} }, `option "token" must be ${text}, not an object`],
    [
      { tracker, streamId: 7 },
      'option "streamId" must be a text of 1 to 256 characters, or a function giving one, not 7',
    ],
    [{ tracker, iceServers: {} }, `option "iceServers" must be ${ice}, not an object`],
    [{ tracker, iceServers: [{ urls: 'https://x' }] }, `option "iceServers" must be ${ice}, not an array`],
    [{ tracker, iceServers: [{ urls: [] }] }, `option "iceServers" must be ${ice}, not an array`],
    [{ tracker, iceServers: [null] }, `option "iceServers" must be ${ice}, not an array`],
    [{ tracker, relayOnly: null }, 'option "relayOnly" must be true or false, not null'],
    [{ tracker, relayOnly: true }, 'option "relayOnly" needs a turn: or turns: server in "iceServers"'],
    [
      { tracker, relayOnly: true, iceServers: [{ urls: 'stun:x' }] },
      'option "relayOnly" needs a turn: or turns: server in "iceServers"',
    ],
    [
      { tracker, uploadBytesPerSecondMax: -1 },
      'option "uploadBytesPerSecondMax" must be a number of bytes per second from 0 to Infinity, not -1',
    ],
    [
      { tracker, uploadBytesPerSecondMax: Number.NaN },
      'option "uploadBytesPerSecondMax" must be a number of bytes per second from 0 to Infinity, not NaN',
    ],
    [
      { tracker, uploadBytesMax: -1 },
      'option "uploadBytesMax" must be a number of bytes from 0 to Infinity, not -1',
    ],
    [{ tracker, uploadRatioMax: -1 }, 'option "uploadRatioMax" must be a number from 0 to Infinity, not -1'],
    [
      { tracker, uploadBatteryMin: 20 },
      'option "uploadBatteryMin" must be a battery level from 0 to 1, not 20',
    ],
    [{ tracker, uploadWhenHidden: 'no' }, 'option "uploadWhenHidden" must be true or false, not "no"'],
    [{ tracker, cacheBytesMax: 1000 }, `option "cacheBytesMax" must be ${cache}, not 1000`],
    [{ tracker, cacheBytesMax: 1048576.5 }, `option "cacheBytesMax" must be ${cache}, not 1048576.5`],
    [
      { tracker, logger: { warn() {} } },
      'option "logger" must be an object with the methods debug, info, warn and error, not an object',
    ],
    [
      { tracker, logger: () => {} },
      'option "logger" must be an object with the methods debug, info, warn and error, not a function',
    ],
    [
      { tracker, cosent: true },
      'there is no option "cosent"; there are tracker, trackerHosts, consent, enabled, token, streamId, iceServers, relayOnly, uploadBytesPerSecondMax, uploadBytesMax, uploadRatioMax, uploadBatteryMin, uploadWhenHidden, cacheBytesMax, integrity, sharePlaylists, logger',
    ],
    [
      { tracker, toString: 1 },
      'there is no option "toString"; there are tracker, trackerHosts, consent, enabled, token, streamId, iceServers, relayOnly, uploadBytesPerSecondMax, uploadBytesMax, uploadRatioMax, uploadBatteryMin, uploadWhenHidden, cacheBytesMax, integrity, sharePlaylists, logger',
    ],
  ]
  for (const [options, message] of mistakes) {
    it(`says: ${message.slice(0, 90)}`, () => {
      throws(
        () => resolveOptions(options),
        (error) => {
          ok(error instanceof PrismeshError)
          deepEqual([error.name, error.code, error.message], ['PrismeshError', 'option-invalid', message])
          return true
        },
      )
    })
  }
})

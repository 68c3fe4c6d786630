import { doesNotMatch, equal, notEqual } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { isNetwork } from '../../../tracker/src/config/ip-network.js'
import { isOrigin } from '../../../tracker/src/config/origin.js'
import { nowhere } from '../../../tracker/src/core/place.js'
import { clientNames, type ProxyHeader } from '../../../tracker/src/server/client-name.js'
import { blockListOf } from '../../../tracker/src/server/ip-address.js'

describe('the name of a client', () => {
  let forwarded = 0
  const namer = (trusted: string[], header: ProxyHeader = 'x-forwarded-for') => {
    forwarded = 0
    const names = clientNames(
      blockListOf(trusted),
      header,
      { placeOf: () => nowhere },
      () => (forwarded += 1),
    )
    return (remoteAddress: string, headers: Record<string, string> = {}) =>
      names.nameOf({ socket: { remoteAddress } as never, headers })
  }

  it('is the same for one IPv4 address however it is written, and holds no address', () => {
    const name = namer([])
    equal(name('192.0.2.1'), name('::ffff:192.0.2.1'))
    notEqual(name('192.0.2.1'), name('192.0.2.2'))
    doesNotMatch(name('192.0.2.1'), /192|\./)
    notEqual(name('192.0.2.1'), namer([])('192.0.2.1'), 'keyed by chance at each start')
  })

  it('is the same for a whole IPv6 /64, and no more', () => {
    const name = namer([])
    equal(name('2001:db8:0:1::1'), name('2001:DB8::1:ffff:ffff:ffff:ffff'))
    equal(name('2001:db8::1'), name('2001:db8:0:0:9::'))
    equal(name('fe80::1%eth0'), name('fe80::2'))
    notEqual(name('2001:db8:0:1::1'), name('2001:db8:0:2::1'))
    notEqual(name('::1'), name('1::'))
  })

  it('does not change by what an untrusted one forwards', () => {
    const name = namer(['10.0.0.0/8'])
    equal(name('192.0.2.1', { 'x-forwarded-for': '198.51.100.7' }), name('192.0.2.1'))
    equal(forwarded, 1)
    equal(namer(['10.0.0.0/8'])('10.1.1.1', { forwarded: 'for=1.2.3.4' }).length, 22)
  })

  it('is the last address before the trusted proxies, whatever was forged before it', () => {
    const name = namer(['10.0.0.0/8', '2001:db8:f::/48'])
    const viewer = name('198.51.100.7')
    equal(name('10.0.0.1', { 'x-forwarded-for': '198.51.100.7' }), viewer)
    equal(name('::ffff:10.0.0.1', { 'x-forwarded-for': '1.1.1.1, 198.51.100.7' }), viewer)
    equal(name('10.0.0.1', { 'x-forwarded-for': '10.0.0.9, 198.51.100.7, 10.0.0.2' }), viewer)
    equal(name('2001:db8:f::5', { 'x-forwarded-for': '198.51.100.7:5000' }), viewer)
    equal(forwarded, 0)
  })

  it('stays with the last known hop where a header is nonsense or missing', () => {
    const name = namer(['10.0.0.0/8'])
    const proxy = name('10.0.0.1')
    for (const header of ['', 'unknown', 'a,b', ',,,', '999.1.1.1', '1.2.3.4, unknown']) {
      equal(name('10.0.0.1', { 'x-forwarded-for': header }), proxy, header)
    }
  })

  it('can be read from Forwarded, and then from nothing else', () => {
    const name = namer(['10.0.0.0/8'], 'forwarded')
    const viewer = name('198.51.100.7')
    equal(name('10.0.0.1', { forwarded: 'for=1.1.1.1, for="198.51.100.7:80";proto=https' }), viewer)
    equal(name('10.0.0.1', { forwarded: 'proto=https;for="[2001:db8::9]:1"' }), name('2001:db8::1'))
    equal(name('10.0.0.1', { 'x-forwarded-for': '198.51.100.7' }), name('10.0.0.1'))
  })
})

describe('networks and origins in options', () => {
  it('are told from what is none', () => {
    for (const text of ['10.0.0.0/8', '192.0.2.1', '::1', '2001:db8::/32', '0.0.0.0/0'])
      equal(isNetwork(text), true)
    for (const text of ['', 'localhost', '10.0.0.0/33', '10.0.0/8', '::/129', '1.1.1.1/', '1.1.1.1/8/8']) {
      equal(isNetwork(text), false, text)
    }
    for (const text of ['https://a.example', 'http://localhost:8080']) equal(isOrigin(text), true)
    for (const text of [
      'https://a.example/',
      'https://A.example',
      'https://a.example:443',
      '*',
      'null',
      'ftp://a',
    ]) {
      equal(isOrigin(text), false, text)
    }
  })
})

import { equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { StreamId } from '../../../protocol/ids.js'
import { isWitnessRule } from '../../../tracker/src/config/witness-rule.js'
import { isPublicAddress } from '../../../tracker/src/witness/public-address.js'
import { WitnessRules } from '../../../tracker/src/witness/witness-rules.js'

const rules = new WitnessRules([
  'https://cdn.example.com/live/*',
  'http://cdn.example.com:8080/a/*/master.m3u8',
  'final=https://origin.example.com/final.m3u8?key=a=b',
])
const playlistOf = (stream: string): string | undefined => rules.playlistOf(stream as StreamId)?.href

describe('the rules of the witness', () => {
  it('lead from a stream to its playlist', () => {
    equal(playlistOf('cdn.example.com/live/one.m3u8'), 'https://cdn.example.com/live/one.m3u8')
    equal(
      playlistOf('cdn.example.com:8080/a/b/c/master.m3u8'),
      'http://cdn.example.com:8080/a/b/c/master.m3u8',
    )
    equal(playlistOf('final'), 'https://origin.example.com/final.m3u8?key=a=b')
  })

  it('allow nothing else, however it is written', () => {
    for (const stream of [
      'cdn.example.com/other/one.m3u8',
      'cdn.example.com/live/../other/one.m3u8',
      'cdn.example.com/live/%2e%2e/other/one.m3u8',
      'cdn.example.com/live/..%2fother/one.m3u8',
      String.raw`cdn.example.com/live\..\x`,
      'cdn.example.com/live/one.m3u8?to=http://localhost',
      'cdn.example.com/live/one.m3u8#x',
      'cdn.example.com@localhost/live/one.m3u8',
      'localhost/live/one.m3u8',
      'evil.example/cdn.example.com/live/one.m3u8',
      'CDN.example.com/live/one.m3u8',
      'cdn.example.com:443/live/one.m3u8',
      'cdn.example.com/live/ one.m3u8',
      'cdn.example.com.evil.example/live/one.m3u8',
      'https://cdn.example.com/live/one.m3u8',
      '',
      'other',
    ]) {
      equal(playlistOf(stream), undefined, stream)
    }
  })

  it('are refused when they are none', () => {
    for (const rule of [
      '',
      'final',
      '=https://x/',
      'final=',
      'final=ftp://x/',
      'ftp://x/*',
      'https://*/x',
      'https://u:p@x/y',
      'https://x/y?z',
    ]) {
      equal(isWitnessRule(rule), false, rule)
    }
  })
})

describe('a public address', () => {
  it('is none that leads inside, in whatever way it is written', () => {
    for (const address of [
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.255.0.1',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      'fe80::1',
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:db8::1',
      '2001::1',
      'localhost',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '127.1',
      '',
    ]) {
      equal(isPublicAddress(address), false, address)
    }
  })

  it('is what the Internet is made of', () => {
    for (const address of [
      '8.8.8.8',
      '1.1.1.1',
      '172.15.0.1',
      '172.32.0.1',
      '2606:4700:4700::1111',
      '2a00:1450::1',
    ]) {
      equal(isPublicAddress(address), true, address)
    }
  })
})

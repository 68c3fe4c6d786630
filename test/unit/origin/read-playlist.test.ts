import assert from 'node:assert/strict'
import { proxiedUrl, proxyPath } from '../../../demo/origin/source/proxy-path.js'
import { readPlaylist } from '../../../demo/origin/source/read-playlist.js'
import { SourceCatalog } from '../../../demo/origin/source/source-catalog.js'

const base = new URL('https://cdn.example/a/b/index.m3u8?token=1')

const media = `#EXTM3U
#EXT-X-MEDIA-SEQUENCE:40
#EXT-X-KEY:METHOD=AES-128,URI="../key?id=1",IV=0x01
#EXT-X-MAP:URI="all.mp4",BYTERANGE="100@0"
#EXTINF:2,
#EXT-X-BYTERANGE:50@100
all.mp4
#EXTINF:2,
#EXT-X-BYTERANGE:60
all.mp4
#EXTINF:2,a title, with URI="no"
https://other.example/x.ts?sig=2
`

describe('reading a foreign playlist', () => {
  it('replaces every URI, whole or relative', () => {
    const { text } = readPlaylist(media, base, proxyPath)
    assert.deepEqual(text.split('\n').slice(2, 12), [
      '#EXT-X-KEY:METHOD=AES-128,URI="/source/https/cdn.example/a/key?id=1",IV=0x01',
      '#EXT-X-MAP:URI="/source/https/cdn.example/a/b/all.mp4",BYTERANGE="100@0"',
      '#EXTINF:2,',
      '#EXT-X-BYTERANGE:50@100',
      '/source/https/cdn.example/a/b/all.mp4',
      '#EXTINF:2,',
      '#EXT-X-BYTERANGE:60',
      '/source/https/cdn.example/a/b/all.mp4',
      '#EXTINF:2,a title, with URI="no"',
      '/source/https/other.example/x.ts?sig=2',
    ])
  })

  it('says what each URI is', () => {
    const { entries } = readPlaylist(media, base, proxyPath)
    assert.deepEqual(
      entries.map(({ url, ...entry }) => ({ path: url.pathname, ...entry })),
      [
        { path: '/a/key', kind: 'key' },
        { path: '/a/b/all.mp4', kind: 'init' },
        { path: '/a/b/all.mp4', kind: 'segment', sequence: 40, byteRange: { offset: 100, length: 50 } },
        { path: '/a/b/all.mp4', kind: 'segment', sequence: 41, byteRange: { offset: 150, length: 60 } },
        { path: '/x.ts', kind: 'segment', sequence: 42 },
      ],
    )
  })

  it('takes variants and separate audio for playlists', () => {
    const text = `#EXTM3U\r\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="audio/x.m3u8"\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\r\nlow.m3u8\r\n`
    const { entries } = readPlaylist(text, base, proxyPath)
    assert.deepEqual(
      entries.map(({ url, kind }) => [url.href, kind]),
      [
        ['https://cdn.example/a/b/audio/x.m3u8', 'playlist'],
        ['https://cdn.example/a/b/low.m3u8', 'playlist'],
      ],
    )
  })

  it('leaves other schemes alone', () => {
    const text = '#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key"\nfile:///etc/passwd\n'
    const read = readPlaylist(text, base, proxyPath)
    assert.equal(read.text, text)
    assert.deepEqual(read.entries, [])
  })
})

describe('the path of a proxied URL', () => {
  it('leads back to the URL', () => {
    for (const href of [
      'https://h.example/',
      'http://127.0.0.1:81/a%20b/c.ts?x=1&y=%2F',
      'https://h.example/a//b',
    ]) {
      const [path = '', search = ''] = proxyPath(new URL(href))
        .slice('/source/'.length)
        .split(/(?=\?)/)
      assert.equal(proxiedUrl(path, search)?.href, href)
    }
  })

  it('knows no other scheme, no user names and no empty host', () => {
    for (const path of ['file//etc/passwd', 'ftp/h/x', 'https//x', 'https/user@h/x', 'https', '']) {
      assert.equal(proxiedUrl(path, ''), undefined, path)
    }
  })
})

describe('the catalog of a source', () => {
  const source = new URL('https://cdn.example/master.m3u8')

  it('allows only hosts that playlists have named', () => {
    const catalog = new SourceCatalog(source)
    const other = new URL('https://other.example/x.ts?sig=2')
    assert.equal(catalog.allows(other), false)
    catalog.learn(base, readPlaylist(media, base, proxyPath).entries)
    assert.equal(catalog.allows(other), true)
    assert.equal(catalog.allows(new URL('https://third.example/')), false)
    assert.equal(catalog.allows(new URL('https://cdn.example:444/')), false)
  })

  it('stops taking in hosts at a limit', () => {
    const catalog = new SourceCatalog(source)
    const named = Array.from({ length: 100 }, (_, index) => new URL(`https://h${index}.example/x.ts`))
    catalog.learn(
      base,
      named.map((url, sequence) => ({ url, kind: 'segment', sequence })),
    )
    assert.equal(named.filter((url) => catalog.allows(url)).length, 31)
  })

  it('gives a file in byte ranges an account for each', () => {
    const catalog = new SourceCatalog(source)
    catalog.learn(base, readPlaylist(media, base, proxyPath).entries)
    const rendition = '/a/b/index.m3u8'
    assert.deepEqual(catalog.accountsOf(new URL('https://cdn.example/a/b/all.mp4'), 999), [
      { stream: 'source', rendition, sequence: 40, offset: 100, sizeBytes: 50 },
      { stream: 'source', rendition, sequence: 41, offset: 150, sizeBytes: 60 },
    ])
    assert.deepEqual(catalog.accountsOf(new URL('https://other.example/x.ts?sig=2'), 999), [
      { stream: 'source', rendition, sequence: 42, offset: 0, sizeBytes: 999 },
    ])
  })
})

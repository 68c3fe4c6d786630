/** The text of a live playlist that lists so many segments of 2 s, from this media sequence number on. */
export function liveText(first: number, count: number): string {
  const head = `#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${first}\n`
  const segments = Array.from({ length: count }, (_, index) => `#EXTINF:2.000,\nseg-${first + index}.ts\n`)
  return head + segments.join('')
}

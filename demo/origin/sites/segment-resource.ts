import { bytesBody, transportStreamType, type Resource } from '../http/resource.js'

/** A whole MPEG-TS segment, counted under its own name. */
export function segmentResource(
  stream: string,
  rendition: string,
  sequence: number,
  bytes: Buffer,
): Resource {
  return {
    kind: 'segment',
    contentType: transportStreamType,
    body: bytesBody(bytes),
    accounts: [{ stream, rendition, sequence, offset: 0, sizeBytes: bytes.length }],
  }
}

/** `high/12.ts` read as rendition and sequence; nothing for any other path. */
export function parseSegmentPath(path: string): { rendition: string; sequence: number } | undefined {
  const match = /^([a-z]+)\/(0|[1-9]\d{0,14})\.ts$/.exec(path)
  return match?.[1] && match[2] ? { rendition: match[1], sequence: Number(match[2]) } : undefined
}

import type { CdnRequest } from '../ports/cdn.js'

/** Bytes of a resource; `end` is exclusive, and absent for "to the end". */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

/** Where in its resource the wanted part lies, or `undefined` if it is the whole resource. */
export function wantedRange(request: CdnRequest): ByteRange | undefined {
  const base = request.resourceRange?.start ?? 0
  const start = base + request.from
  const end = request.to === undefined ? request.resourceRange?.end : base + request.to
  if (start === 0 && end === undefined) return undefined
  return end === undefined ? { start } : { start, end }
}

/** A single range, which needs no preflight across origins (Fetch standard, "CORS-safelisted request-header"). */
export function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end === undefined ? '' : end - 1}`
}

/** First byte that a `Content-Range` header names; `undefined` if there is none to read, as across most origins. */
export function contentRangeStart(header: string | null): number | undefined {
  const digits = /^bytes (\d{1,15})-/.exec(header ?? '')
  return digits ? Number(digits[1]) : undefined
}

/** How a segment came to a member: what the SDK's `segment` event says, and what windows tell each other. */
export interface SegmentNews {
  /** Undefined until the tracker has admitted the member. */
  readonly member: string | undefined
  readonly cdnBytes: number
  readonly sources: readonly { readonly member: string; readonly bytes: number }[]
}

/** Reads what another window posted; nothing for what is not that. */
export function readSegmentNews(value: unknown): SegmentNews | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { member, cdnBytes, sources } = value as Partial<Record<keyof SegmentNews, unknown>>
  if (typeof member !== 'string' || typeof cdnBytes !== 'number') return undefined
  return Array.isArray(sources) && sources.every(isSource) ? { member, cdnBytes, sources } : undefined
}

function isSource(value: unknown): value is SegmentNews['sources'][number] {
  if (typeof value !== 'object' || value === null) return false
  const { member, bytes } = value as { member?: unknown; bytes?: unknown }
  return typeof member === 'string' && typeof bytes === 'number'
}

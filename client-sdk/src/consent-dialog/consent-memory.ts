const dayMs = 86_400_000

/**
 * Keeps the answer in the browser's localStorage. Private windows, blocked cookies and a full disk make it throw, or
 * be missing: then nothing is remembered, and the viewer is asked again next time.
 */
export class ConsentMemory {
  constructor(
    readonly key: string,
    private readonly days: number,
  ) {}

  /** Undefined when nothing is remembered, when it is too old, or is not ours. */
  recall(nowMs: number): boolean | undefined {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? 'null') as unknown
      if (typeof kept !== 'object' || kept === null) return undefined
      const { agreed, at } = kept as { readonly agreed?: unknown; readonly at?: unknown }
      if (typeof agreed !== 'boolean' || typeof at !== 'number') return undefined
      // An answer from the future was given on a clock that was wrong.
      return at <= nowMs && nowMs < at + this.days * dayMs ? agreed : undefined
    } catch {
      return undefined
    }
  }

  remember(agreed: boolean, nowMs: number): void {
    try {
      localStorage.setItem(this.key, JSON.stringify({ agreed, at: nowMs }))
    } catch {
      // What was remembered before must not outlive a new answer.
      this.forget()
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.key)
    } catch {
      // Nothing could be kept either.
    }
  }
}

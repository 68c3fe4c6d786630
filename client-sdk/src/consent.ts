/** The option: an answer, or how to get one. */
export type ConsentOption = boolean | (() => boolean | Promise<boolean>)

export type ConsentState = 'refused' | 'pending' | 'granted'

/** Hears of consent given or withdrawn, and of a question that went wrong. */
export interface ConsentListener {
  changed(state: ConsentState): void
  /** The page's function threw, or gave something else than a boolean. It counts as no. */
  failed(error: unknown): void
}

/**
 * Whether the viewer agreed to share. Peers see each other's addresses, so the answer is no until somebody says
 * yes. The page's function is asked once, when the first player is attached; `set` overrules it at any time.
 */
export class Consent {
  private current: ConsentState
  private question: (() => boolean | Promise<boolean>) | undefined

  constructor(
    option: ConsentOption,
    private readonly listener: ConsentListener,
  ) {
    this.question = typeof option === 'function' ? option : undefined
    this.current = typeof option === 'function' ? 'pending' : option ? 'granted' : 'refused'
  }

  get state(): ConsentState {
    return this.current
  }

  /** Puts the page's question, if it gave one and nobody answered yet. */
  ask(): void {
    const { question } = this
    if (!question || this.current !== 'pending') return
    this.question = undefined
    let answer: unknown
    try {
      answer = question()
    } catch (error) {
      this.fail(error)
      return
    }
    if (typeof answer === 'boolean') {
      this.set(answer)
      return
    }
    Promise.resolve(answer).then(
      (value) => this.answer(value),
      (error: unknown) => this.fail(error),
    )
  }

  set(agreed: boolean): void {
    this.question = undefined
    const next = agreed ? 'granted' : 'refused'
    if (next === this.current) return
    this.current = next
    this.listener.changed(next)
  }

  private answer(value: unknown): void {
    // Somebody called `set` meanwhile: the later word counts.
    if (this.current !== 'pending') return
    if (typeof value === 'boolean') this.set(value)
    else this.fail(new TypeError(`consent gave ${typeof value} instead of a boolean`))
  }

  private fail(error: unknown): void {
    if (this.current !== 'pending') return
    this.listener.failed(error)
    this.set(false)
  }
}

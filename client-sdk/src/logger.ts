/** One line of a log: a sentence, and facts beside it. Never an address, a token or a signal. */
export type LogMethod = (message: string, facts?: Readonly<Record<string, unknown>>) => void

/** Where the SDK writes its log. `console` is one. */
export interface Logger {
  /** Everything: for support, or with `?prismesh=debug` in the page's URL. */
  readonly debug: LogMethod
  /** Once per step of a lifecycle: attached, joined, closed. */
  readonly info: LogMethod
  /** Sharing does not work, playback does. */
  readonly warn: LogMethod
  /** A bug of the SDK's own. */
  readonly error: LogMethod
}

/** Warnings and errors only: what a page gets that sets no logger. */
export function quietLogger(sink: Logger): Logger {
  const silent = (): void => {}
  return { debug: silent, info: silent, warn: prefixed(sink, 'warn'), error: prefixed(sink, 'error') }
}

/** Everything, for `?prismesh=debug`. */
export function debugLogger(sink: Logger): Logger {
  return {
    debug: prefixed(sink, 'debug'),
    info: prefixed(sink, 'info'),
    warn: prefixed(sink, 'warn'),
    error: prefixed(sink, 'error'),
  }
}

function prefixed(sink: Logger, level: keyof Logger): LogMethod {
  return (message, facts) =>
    facts ? sink[level](`[prismesh] ${message}`, facts) : sink[level](`[prismesh] ${message}`)
}

/**
 * The outcome of reading something a stranger sent. Decoders return one of these and never throw: what a peer
 * or a network does wrong is data, not an exception.
 */
export type Result<Value, Code extends string = string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: Code; readonly detail: string }

/** Wraps a value that was read without trouble. */
export function success<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

/** Names what was wrong, by a code from a closed list, and adds a sentence for people. */
export function failure<Code extends string>(
  code: Code,
  detail: string,
): { readonly ok: false; readonly code: Code; readonly detail: string } {
  return { ok: false, code, detail }
}

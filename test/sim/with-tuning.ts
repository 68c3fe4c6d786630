import { tuning } from '../../client-sdk/src/engine/tuning.js'

/** Other values than those that ship, by name. */
export type TuningChange = Readonly<Partial<Record<keyof typeof tuning, number>>>

/** Calls this while the engine's tuning has other values: to try them, before one of them ships. */
export function withTuning<Result>(change: TuningChange, act: () => Result): Result {
  const before = { ...tuning }
  Object.assign(tuning, change)
  try {
    return act()
  } finally {
    Object.assign(tuning, before)
  }
}

/** Reads `name=value`. Undefined: there is no such name, or it is no number. */
export function readTuning(text: string): TuningChange | undefined {
  const [name = '', value = ''] = text.split('=')
  return Object.hasOwn(tuning, name) && value.trim() !== '' && Number(value) >= 0
    ? { [name]: Number(value) }
    : undefined
}

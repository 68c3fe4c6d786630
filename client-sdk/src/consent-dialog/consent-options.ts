import { PrismeshError } from '../errors.js'
import { consentLanguages, type ConsentLanguage } from './consent-language.js'
import type { ConsentTexts } from './consent-texts.js'
import { en } from './texts/en.js'

/** What `new ConsentDialog(options)` takes. Nothing is required. */
export interface ConsentDialogOptions {
  /** An answer given elsewhere, for this page only: the viewer is not asked, and it is not remembered. */
  readonly answer?: boolean
  /** Whether the browser keeps the answer. Default: `true`. */
  readonly remember?: boolean
  /** How long it keeps the answer before the viewer is asked again, in days: 1 to 400. Default: 180. */
  readonly rememberDays?: number
  /** Under which name, in `localStorage`. Default: `prismesh-consent`. */
  readonly storageKey?: string
  /** The dialog's language. Default: the page's `lang`, then the browser's languages, then English. */
  readonly language?: ConsentLanguage
  /** Words of the page's own, in place of the language's. */
  readonly texts?: Partial<ConsentTexts>
}

/** The options with every default filled in, except for those that the page around decides. */
export interface ConsentDialogConfig {
  readonly answer: boolean | undefined
  readonly remember: boolean
  readonly rememberDays: number
  readonly storageKey: string
  readonly language: ConsentLanguage | undefined
  readonly texts: Partial<ConsentTexts>
}

/** Half a year: what data protection authorities recommend before asking again (CNIL, 2020). */
const rememberDaysDefault = 180
/** What browsers allow a cookie at most. */
const rememberDaysMost = 400

type Checks = {
  readonly [Name in keyof Required<ConsentDialogOptions>]: (value: unknown) => string | undefined
}

const checks: Checks = {
  answer: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  remember: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  rememberDays: (value) =>
    typeof value === 'number' && value >= 1 && value <= rememberDaysMost
      ? undefined
      : `a number of days from 1 to ${rememberDaysMost}`,
  storageKey: (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty'),
  language: (value) =>
    consentLanguages.some((known) => known === value) ? undefined : `one of ${consentLanguages.join(', ')}`,
  texts: (value) => (areTexts(value) ? undefined : `an object of texts: ${Object.keys(en).join(', ')}`),
}

/**
 * Checks every option and fills in the defaults.
 *
 * @throws PrismeshError with code `option-invalid`
 */
export function resolveConsentOptions(options: ConsentDialogOptions): ConsentDialogConfig {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      fail(`ConsentDialog has no option "${name}"; there are ${Object.keys(checks).join(', ')}`)
    }
    const complaint = value === undefined ? undefined : checks[name as keyof Checks](value)
    if (complaint !== undefined) fail(`ConsentDialog's option "${name}" must be ${complaint}`)
  }
  return {
    answer: options.answer,
    remember: options.remember ?? true,
    rememberDays: options.rememberDays ?? rememberDaysDefault,
    storageKey: options.storageKey ?? 'prismesh-consent',
    language: options.language,
    texts: options.texts ?? {},
  }
}

function areTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(([name, text]) => Object.hasOwn(en, name) && typeof text === 'string')
}

function fail(message: string): never {
  throw new PrismeshError('option-invalid', message)
}

import type { ConsentTexts } from './consent-texts.js'
import { ar } from './texts/ar.js'
import { de } from './texts/de.js'
import { en } from './texts/en.js'
import { es } from './texts/es.js'
import { fr } from './texts/fr.js'
import { it } from './texts/it.js'
import { ja } from './texts/ja.js'
import { pt } from './texts/pt.js'
import { zh } from './texts/zh.js'

/** The languages that the dialog speaks. */
export type ConsentLanguage = 'en' | 'de' | 'fr' | 'es' | 'pt' | 'it' | 'ja' | 'zh' | 'ar'

const languages: Readonly<Record<ConsentLanguage, ConsentTexts>> = { en, de, fr, es, pt, it, ja, zh, ar }

/** A language with its texts, and the side from which it is read. */
export interface SpokenLanguage {
  readonly code: ConsentLanguage
  readonly direction: 'ltr' | 'rtl'
  readonly texts: ConsentTexts
}

export const consentLanguages = Object.keys(languages) as readonly ConsentLanguage[]

/** The first of these language tags (`pt-BR`, `de`) that the dialog speaks; English if it speaks none. */
export function speak(tags: readonly string[]): SpokenLanguage {
  const known = tags.map((tag) => tag.toLowerCase().split(/[-_]/, 1)[0] ?? '').find(isSpoken)
  const code = known ?? 'en'
  return { code, direction: code === 'ar' ? 'rtl' : 'ltr', texts: languages[code] }
}

function isSpoken(code: string): code is ConsentLanguage {
  return Object.hasOwn(languages, code)
}

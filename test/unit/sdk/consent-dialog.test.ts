import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { consentLanguages, speak } from '../../../client-sdk/src/consent-dialog/consent-language.js'
import {
  resolveConsentOptions,
  type ConsentDialogOptions,
} from '../../../client-sdk/src/consent-dialog/consent-options.js'
import { en } from '../../../client-sdk/src/consent-dialog/texts/en.js'

describe('the consent dialog, without a page', () => {
  it('speaks the first language that it knows, and English otherwise', () => {
    equal(speak(['fi', 'pt-BR', 'de']).code, 'pt')
    equal(speak(['ZH_hant_TW']).code, 'zh')
    equal(speak(['', 'x-klingon', 'constructor', 'end']).code, 'en')
    equal(speak([]).code, 'en')
    deepEqual([speak(['ar-EG']).direction, speak(['de']).direction], ['rtl', 'ltr'])
  })

  it('has words of its own in every language', () => {
    equal(consentLanguages.length, 9)
    for (const code of consentLanguages) {
      const { texts } = speak([code])
      deepEqual(Object.keys(texts), Object.keys(en))
      for (const [name, text] of Object.entries(texts)) {
        ok(text.trim().length > 0, `${code}: ${name}`)
        if (code !== 'en') ok(text !== en[name as keyof typeof en], `${code}: ${name} is English`)
      }
      ok(texts.seen.includes('IP'), `${code}: what others can see is not named`)
    }
  })

  it('refuses options that it does not have, and values that they cannot have', () => {
    const refused: readonly [unknown, RegExp][] = [
      [{ colour: 1 }, /no option "colour"; there are answer, remember/],
      [{ toString: 1 }, /no option "toString"/],
      [{ language: 'fi' }, /"language" must be one of en, de/],
      [{ rememberDays: 0 }, /"rememberDays" must be a number of days from 1 to 400/],
      [{ rememberDays: Number.NaN }, /"rememberDays"/],
      [{ texts: { colour: 'x' } }, /"texts" must be an object of texts: title/],
      [{ texts: { title: 5 } }, /"texts"/],
      [{ storageKey: '' }, /"storageKey"/],
      [{ answer: 'yes' }, /"answer" must be true or false/],
    ]
    for (const [options, message] of refused) {
      throws(() => resolveConsentOptions(options as ConsentDialogOptions), {
        code: 'option-invalid',
        message,
      })
    }
    equal(resolveConsentOptions({ rememberDays: undefined } as object).rememberDays, 180)
  })
})

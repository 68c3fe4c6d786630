export { ConsentDialog } from './consent-dialog.js'
export type { ConsentLanguage } from './consent-language.js'
export type { ConsentDialogOptions } from './consent-options.js'
export type { ConsentTexts } from './consent-texts.js'

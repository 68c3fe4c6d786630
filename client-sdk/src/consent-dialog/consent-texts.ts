/** Every word that the dialog and its control show. */
export interface ConsentTexts {
  /** The question. */
  readonly title: string
  /** Why it is asked. */
  readonly intro: string
  /** Above `seen`. */
  readonly seenTitle: string
  /** What others learn of the viewer. */
  readonly seen: string
  /** Above `given`. */
  readonly givenTitle: string
  /** What is uploaded, and when nothing is. */
  readonly given: string
  /** Above `refusal`. */
  readonly refusalTitle: string
  /** What a no means. */
  readonly refusal: string
  /** Shown where the answer is remembered. */
  readonly remembered: string
  /** The button that says yes. */
  readonly agree: string
  /** The button that says no. */
  readonly refuse: string
  /** The control that opens the dialog again, while the viewer shares. */
  readonly controlOn: string
  /** The same while it does not. */
  readonly controlOff: string
}

import type { Place } from '../core/place.js'

/** Where an address is. Answers from what is at hand, at once: it asks nobody, and never throws. */
export interface PlaceLookup {
  placeOf(address: string): Place
}

/** A part of a URL's path, without its escapes; undefined where they are none. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * Finds an element that index.html must hold.
 *
 * @throws Error when it is missing or of another kind: the markup and the script no longer fit.
 */
export function requiredElement<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id)
  if (!(element instanceof kind)) throw new Error(`index.html has no ${kind.name} with id "${id}"`)
  return element
}

/** The colour a custom property stands for now, in a form a canvas takes: it knows neither `var` nor `light-dark`. */
export function resolvedColour(property: `--${string}`): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

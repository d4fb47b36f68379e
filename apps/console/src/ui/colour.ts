/**
 * The computed colour of a custom property: a canvas cannot read `light-dark()` itself.
 * @module
 */

/** As `rgb(…)` or `color(…)`; `alpha` 0..1 mixes it with nothing. */
export function resolveColour(property: string, alpha = 1): string {
  const probe = document.createElement('i')
  probe.style.color =
    alpha === 1 ? `var(${property})` : `color-mix(in srgb, var(${property}) ${alpha * 100}%, transparent)`
  document.body.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

/**
 * What an agent may do in the name of another: words joined by dots, the wider first. `line` covers `line.order`, and
 * both cover `line.order.extend`; `line` does not cover `liner`. There is no wildcard and no denial, so a list of
 * capabilities is narrowed only by removing entries or by adding words to them.
 * @module
 */

/** The same form as a skill: `line.order`. */
export type Capability = string

/** Whether one of `granted` covers `wanted`. */
export function covers(granted: readonly Capability[], wanted: Capability): boolean {
  return granted.some((capability) => wanted === capability || wanted.startsWith(`${capability}.`))
}

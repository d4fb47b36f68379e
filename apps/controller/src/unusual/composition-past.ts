/** What traffic was made of in the last steps, to compare an unusual step with. @module */
import type { Composition } from '@vagus/analytics'

/** Steps that are kept: with some 200 keys each, half a megabyte in all. */
const maxSteps = 20
/** Steps before the change that are compared with. */
const compared = 8

export class CompositionPast {
  readonly #steps: { readonly at: number; readonly composition: Composition }[] = []

  /** @param at beginning of the step, milliseconds since 1970 */
  add(at: number, composition: Composition): void {
    this.#steps.push({ at, composition })
    if (this.#steps.length > maxSteps) this.#steps.shift()
  }

  /** The last ones whose window ended before `since`. */
  before(since: number): readonly Composition[] {
    return this.#steps
      .filter(({ composition }) => composition.window.to <= since)
      .slice(-compared)
      .map(({ composition }) => composition)
  }
}

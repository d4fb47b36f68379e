/** Faults in UPDATE messages as lines for the operator, each kind once. @module */
import type { FaultEvent } from './event.ts'
import { maxFaultKinds } from './limits.ts'

export class FaultLines {
  readonly #told = new Set<string>()

  /** What is new in the event, as `router: an UPDATE with a fault, treat-as-withdraw: …`; the same of another octet is not. */
  newOf({ peer, treatment, problems }: FaultEvent): readonly string[] {
    return problems.flatMap((problem) => {
      const line = `${peer}: an UPDATE with a fault, ${treatment}: ${problem}`
      const kind = line.replaceAll(/\d+/g, '0')
      if (this.#told.has(kind) || this.#told.size >= maxFaultKinds) return []
      this.#told.add(kind)
      return [line]
    })
  }
}

/** Interface names that exporters announced, bounded over all of them. @module */
import type { Exporter } from './exporter.ts'
import type { Limits } from './limits.ts'

export class InterfaceNames {
  readonly #limits: Limits
  #count = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** A name more than a limit allows is ignored; a known interface may always be renamed. */
  set(exporter: Exporter, index: number, name: string): void {
    const names = exporter.interfaceNames
    if (!names.has(index)) {
      if (names.size >= this.#limits.interfacesPerExporter || this.#count >= this.#limits.interfaces) return
      this.#count++
    }
    names.set(index, name)
  }

  forget(exporter: Exporter): void {
    this.#count -= exporter.interfaceNames.size
    exporter.interfaceNames.clear()
  }
}

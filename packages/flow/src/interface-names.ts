/** Interface names announced by exporters, with limits per exporter and overall. @module */
import type { Exporter } from './exporter.ts'
import type { Limits } from './limits.ts'

export class InterfaceNames {
  readonly #limits: Limits
  #count = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Sets an interface name. A new name beyond a limit is ignored; a known interface can always be renamed. */
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

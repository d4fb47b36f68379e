/** Wakes a loop: it sleeps until it is poked, or for a maximum time. @module */
export class Signal {
  #poked = false
  #wake: (() => void) | undefined

  poke(): void {
    this.#poked = true
    this.#wake?.()
  }

  /** Resolves when poked, at once if poked since the last wait, or after `longest` milliseconds. */
  async wait(longest: number): Promise<void> {
    if (!this.#poked) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, longest)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
    this.#poked = false
  }
}

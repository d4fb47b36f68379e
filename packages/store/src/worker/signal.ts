/** Something to do: a loop sleeps until it is poked, or a time is over. @module */
export class Signal {
  #poked = false
  #wake: (() => void) | undefined

  poke(): void {
    this.#poked = true
    this.#wake?.()
  }

  /** Ends at once when poked since the last wait. Milliseconds. */
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

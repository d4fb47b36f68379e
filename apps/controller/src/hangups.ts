/** SIGHUP, heard from the first moment to the last: without a listener it would end the process. @module */

export class Hangups {
  #wish: 'none' | 'kept' = 'none'
  #fulfil: (() => void) | undefined
  readonly #take = (): void => {
    if (this.#fulfil === undefined) this.#wish = 'kept'
    else this.#fulfil()
  }

  constructor() {
    process.on('SIGHUP', this.#take)
  }

  /** From now on each calls `fulfil`; at once when there was one before. */
  begin(fulfil: () => void): void {
    this.#fulfil = fulfil
    if (this.#wish === 'kept') fulfil()
  }

  /** From now on nothing is done about them, and the process lives on. */
  end(): void {
    this.#fulfil = () => undefined
  }

  close(): void {
    process.off('SIGHUP', this.#take)
  }
}

/** A queue that drops its oldest element at the limit and counts the dropped elements. @module */

export class BoundedQueue<T> {
  readonly #limit: number
  #elements: T[] = []
  /** Elements before this index are dropped. The array is cut when half of it is dropped. */
  #first = 0
  #dropped = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get dropped(): number {
    return this.#dropped
  }

  push(element: T): void {
    this.#elements.push(element)
    if (this.#elements.length - this.#first <= this.#limit) return
    this.#first++
    this.#dropped++
    if (this.#first < this.#limit) return
    this.#elements = this.#elements.slice(this.#first)
    this.#first = 0
  }

  /** All elements, oldest first; the queue is empty afterwards. */
  take(): readonly T[] {
    const taken = this.#first === 0 ? this.#elements : this.#elements.slice(this.#first)
    this.#elements = []
    this.#first = 0
    return taken
  }
}

/** Lines about newcomers for people: strangers, who come as often and under as many addresses as they like. @module */

/** Newcomers whose last line is remembered; then all are forgotten, and told of again. */
const maxKnown = 256
/** Lines within a minute; what is beyond is counted. */
const perMinute = 30
const minute = 60_000

export class ToldLines {
  /** What was said last of each kind of trouble. */
  readonly #last = new Map<string, string>()
  #from = -Infinity
  #count = 0

  /** What is to be said now of `what`: nothing where it was said last. @param now milliseconds, steady */
  tell(what: string, line: string, now: number): readonly string[] {
    if (this.#last.get(what) === line) return []
    if (this.#last.size >= maxKnown) this.#last.clear()
    this.#last.set(what, line)
    const lines: string[] = []
    if (now - this.#from >= minute) {
      if (this.#count > perMinute) lines.push(`${this.#count - perMinute} lines about newcomers were left out`)
      this.#from = now
      this.#count = 0
    }
    this.#count++
    return this.#count > perMinute ? lines : [...lines, line]
  }
}

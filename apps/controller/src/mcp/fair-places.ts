/**
 * Places for questions that are answered at once, shared by their callers: whoever asks alone may have half of them, and the
 * more ask, the fewer each may have more. The first question of a caller always has a place.
 * @module
 */

export interface Places {
  /** Why there is none, for a model. */
  readonly full: string
  /** Gives the place back when called once; `undefined`: there is none. */
  take(caller: string): (() => void) | undefined
}

/** Places of all together, whoever asks. */
export function commonPlaces(count: number): Places {
  let taken = 0
  return {
    full: `${count} questions are being answered`,
    take() {
      if (taken >= count) return undefined
      taken++
      return () => taken--
    },
  }
}

export class FairPlaces implements Places {
  readonly full = 'as many questions of yours are being answered as your share of the places allows'
  readonly #places: number
  /** By caller; none is zero. */
  readonly #taken = new Map<string, number>()
  #sum = 0

  /** @param places besides first questions: there are at most so many, and one more of each caller */
  constructor(places: number) {
    this.#places = places
  }

  take(caller: string): (() => void) | undefined {
    const own = this.#taken.get(caller) ?? 0
    const callers = this.#taken.size + (own === 0 ? 1 : 0)
    // As if one caller more were there: it finds a place when it comes.
    const share = Math.max(1, Math.floor(this.#places / (callers + 1)))
    if (own > 0 && (own >= share || this.#sum >= this.#places)) return undefined
    this.#add(caller, 1)
    return () => this.#add(caller, -1)
  }

  #add(caller: string, change: 1 | -1): void {
    const own = (this.#taken.get(caller) ?? 0) + change
    this.#sum += change
    if (own === 0) this.#taken.delete(caller)
    else this.#taken.set(caller, own)
  }
}

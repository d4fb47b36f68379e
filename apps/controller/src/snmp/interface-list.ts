/**
 * Reads which interfaces a router has, by GetBulk (RFC 3416 section 4.2.3): the engine says what to ask next, and takes the
 * answers. A router that answers for ever, backwards or with what was not asked ends the list; it does not grow. Pure.
 * @module
 */
import { type Answer, type Ask, indexOf, numberIn, textIn } from './answer.ts'
import { columns, listColumns } from './objects.ts'

/** As many as a device may have in `vagus.yaml`. Of the rest nothing is known. */
export const maxListed = 4096
/** Varbinds of an answer; with the usual lengths of names they fit into two packets of Ethernet. */
const maxVarbinds = 32
/** Answers that bring less than a row each end the list, too. */
const maxQuestions = 2 * maxListed

export interface ListedInterface {
  /** ifIndex. */
  readonly index: number
  /** ifName, else ifDescr; one of them may be all that a router has. */
  readonly name: string
  readonly description: string
  /** ifAlias: what its operator wrote. */
  readonly alias: string
  /** Bits per second; 0 is unknown. */
  readonly speed: number
}

type ListColumn = (typeof listColumns)[number]

interface Row {
  ifDescr: string
  ifName: string
  ifAlias: string
  speed: number
}

export class InterfaceList {
  readonly #rows = new Map<number, Row>()
  /** Of each column that has not ended: the index last seen. */
  readonly #open = new Map<ListColumn, number>(listColumns.map((name) => [name, 0]))
  #asked: readonly ListColumn[] = []
  #questions = 0
  #varbinds = maxVarbinds
  #isCut = false

  /** Undefined when the list is whole. */
  ask(): Ask | undefined {
    if (this.#open.size === 0) return undefined
    if (this.#questions >= maxQuestions) return this.#cut()
    this.#questions++
    this.#asked = [...this.#open.keys()]
    const oids = this.#asked.map((name) => {
      const last = this.#open.get(name)!
      return last === 0 ? columns[name] : `${columns[name]}.${last}`
    })
    return { oids, repetitions: Math.max(1, Math.floor(this.#varbinds / oids.length)) }
  }

  /** The last answer was too long. False: there is no shorter one. */
  askForLess(): boolean {
    if (this.#varbinds <= this.#open.size) return false
    this.#varbinds = Math.floor(this.#varbinds / 2)
    return true
  }

  /** Takes the answers to the last question: the columns take turns, as they were asked. */
  take(answers: readonly Answer[]): void {
    const asked = this.#asked
    this.#asked = []
    if (asked.length === 0) return
    const ended = new Set<ListColumn>()
    for (const [at, answer] of answers.entries()) {
      const name = asked[at % asked.length]!
      if (ended.has(name)) continue
      const index = indexOf(answer.oid, columns[name])
      if (index === undefined || index <= this.#open.get(name)!) {
        ended.add(name)
        continue
      }
      this.#open.set(name, index)
      this.#put(index, name, answer)
    }
    // An answer may be shorter than a row: what is missing is asked for again.
    for (const name of asked) if (ended.has(name) || answers.length === 0) this.#open.delete(name)
  }

  /** Whether the router has more than `maxListed`, or did not come to an end. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** Sorted by index. */
  interfaces(): readonly ListedInterface[] {
    return [...this.#rows]
      .toSorted(([a], [b]) => a - b)
      .map(([index, { ifDescr, ifName, ifAlias, speed }]) => ({
        index,
        name: ifName || ifDescr,
        description: ifDescr,
        alias: ifAlias,
        speed,
      }))
      .filter(({ name }) => name !== '')
  }

  #put(index: number, name: ListColumn, answer: Answer): void {
    const row = this.#rows.get(index) ?? { ifDescr: '', ifName: '', ifAlias: '', speed: 0 }
    if (!this.#rows.has(index) && this.#rows.size >= maxListed) {
      this.#isCut = true
      this.#open.delete(name)
      return
    }
    this.#rows.set(index, row)
    if (name === 'ifHighSpeed') row.speed = Number(numberIn(answer) ?? 0n) * 1_000_000
    else row[name] = textIn(answer) ?? ''
  }

  #cut(): undefined {
    this.#isCut = true
    this.#open.clear()
    return undefined
  }
}

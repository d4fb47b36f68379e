/**
 * Several ways to one place (RFC 8305 §5): each starts a little after the one before, or at once when one has failed. The
 * first that gets there wins.
 * @module
 */
import type { Cancellation } from './cancellation.ts'

export interface Ways<Way, Won> {
  /** At least one, the preferred first. */
  readonly ways: readonly Way[]
  readonly attempt: (way: Way) => Promise<Won>
  /** Milliseconds that a way has for itself. */
  readonly headStart: () => number
  /** No further way is begun after it. */
  readonly over: Cancellation
  /** Won, too, but later than another. */
  readonly tooLate: (won: Won) => void
  /** Is given what attempts a way, beside all that is under way, until one has won or all have failed. */
  readonly onBegin?: (attemptBeside: (way: Way) => void) => void
}

/** What the first attempt that succeeds gives. @throws the last error, when all that were begun failed or `over` came first */
export function firstAnswer<Way, Won>({
  ways,
  attempt,
  headStart,
  over,
  tooLate,
  onBegin,
}: Ways<Way, Won>): Promise<Won> {
  return new Promise((resolve, reject) => {
    let [begun, underWay, isSettled] = [0, 0, false]
    let timer: NodeJS.Timeout | undefined
    const won = (result: Won): void => {
      if (isSettled) {
        tooLate(result)
        return
      }
      isSettled = true
      clearTimeout(timer)
      resolve(result)
    }
    const failed = (error: Error): void => {
      underWay--
      if (isSettled) return
      clearTimeout(timer)
      if (begun < ways.length && over.reason === undefined) {
        begin()
      } else if (underWay === 0 || over.reason !== undefined) {
        isSettled = true
        reject(error)
      }
    }
    const start = (way: Way): void => {
      underWay++
      attempt(way).then(won, failed)
    }
    const begin = (): void => {
      start(ways[begun++]!)
      if (begun < ways.length) timer = setTimeout(beginBeside, headStart())
    }
    const beginBeside = (): void => {
      if (over.reason === undefined) begin()
    }
    onBegin?.((way) => {
      if (!isSettled && over.reason === undefined) start(way)
    })
    begin()
  })
}

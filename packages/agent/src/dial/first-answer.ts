/**
 * Tries several ways to one place (RFC 8305 §5): each starts a little after the one before, or at once if one failed.
 * The first that succeeds wins.
 * @module
 */
export interface Ways<Way, Won> {
  /** At least one, in order of preference. */
  readonly ways: readonly Way[]
  readonly attempt: (way: Way) => Promise<Won>
  /** Milliseconds that a way is tried before the next starts in parallel. */
  readonly headStart: () => number
  /** No further way is started once it has a reason. */
  readonly over: { readonly reason: Error | undefined }
  /** Also succeeded, but later than another. */
  readonly tooLate: (won: Won) => void
  /** Receives a function that tries a further way in parallel, until one has won or all have failed. */
  readonly onBegin?: (attemptBeside: (way: Way) => void) => void
}

/**
 * The result of the first attempt that succeeds.
 * @throws the last error, if all started attempts failed or `over` came first
 */
export function firstAnswer<Way, Won>({
  ways,
  attempt,
  headStart,
  over,
  tooLate,
  onBegin,
}: Ways<Way, Won>): Promise<Won> {
  return new Promise((resolve, reject) => {
    let [started, underWay, isSettled] = [0, 0, false]
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
      if (started < ways.length && over.reason === undefined) {
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
      start(ways[started++]!)
      if (started < ways.length) timer = setTimeout(beginBeside, headStart())
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

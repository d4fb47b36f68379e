/**
 * A `fetch` for stock clients that call through a side-car: when the connection to the side-car breaks in the middle of a
 * stream of events (it was restarted), it asks for what follows the last whole event. The client sees one stream.
 *
 *   new JsonRpcTransportFactory({ fetchImpl: resumingFetch() })
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'

export interface ResumingOptions {
  /** How long to go on trying while nothing comes, in milliseconds. Default 60,000. */
  readonly giveUpAfter?: number
}

const pauseBetween = 250
const blankLine = /\r\n\r\n|\n\n|\r\r/

export function resumingFetch(
  { giveUpAfter = 60_000 }: ResumingOptions = {},
  inner: typeof fetch = fetch,
): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init)
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (!isStream || response.body === null) return response
    const again = async (lastEventId: string): Promise<Response | undefined> => {
      const headers = new Headers(init?.headers)
      headers.set('last-event-id', lastEventId)
      const next = await inner(input, { ...init, headers })
      // While the side-car comes up it may not know the stream yet; a client error is an answer, and the stream is over.
      return next.ok ? next : next.status >= 500 ? undefined : Promise.reject(new Error(await next.text()))
    }
    const body = ReadableStream.from(events(response, again, giveUpAfter, init?.signal ?? undefined))
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
  }
}

async function* events(
  first: Response,
  again: (lastEventId: string) => Promise<Response | undefined>,
  giveUpAfter: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let response: Response | undefined = first
  let last: string | undefined
  let since = Date.now()
  for (;;) {
    try {
      if (response !== undefined) {
        for await (const event of wholeEvents(response)) {
          last = /^id: ?(.*)$/m.exec(event)?.[1] ?? last
          since = Date.now()
          yield Buffer.from(event)
        }
        return
      }
    } catch (error) {
      if (signal?.aborted === true || last === undefined || Date.now() - since > giveUpAfter) throw error
    }
    if (Date.now() - since > giveUpAfter) throw new Error(`the side-car did not come back within ${giveUpAfter} ms`)
    await pause(pauseBetween)
    const id: string = last! // a break before the first id was thrown above
    response = await again(id).catch((error: unknown) => {
      if (signal?.aborted === true || !(error instanceof TypeError)) throw error
      return undefined // nobody listens there yet
    })
  }
}

/** An event that was cut off is not given: it comes again. */
async function* wholeEvents(response: Response): AsyncGenerator<string, void, undefined> {
  let held = ''
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    held += text
    for (let end = blankLine.exec(held); end !== null; end = blankLine.exec(held)) {
      yield held.slice(0, end.index + end[0].length)
      held = held.slice(end.index + end[0].length)
    }
  }
}

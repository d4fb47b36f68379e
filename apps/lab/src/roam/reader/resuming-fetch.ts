/**
 * `fetch` that does with a stream of server-sent events what browsers do (HTML §9.2): when its connection breaks, it asks
 * again with the id of the last whole event. Only where events have ids: those of a stock A2A server have none, those of
 * a side-car do. Everything else is `fetch`.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between two tries, and until the last one. */
const pause = 100
const patience = 30_000

export const resumingFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!isStream || response.body === null) return response
  return new Response(ReadableStream.from(events(response.body, input, init)), response)
}

/** Whole events, over as many connections as it takes. */
async function* events(
  first: ReadableStream<Uint8Array>,
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
): AsyncGenerator<Uint8Array> {
  let lastId: string | undefined
  let body = first
  for (;;) {
    try {
      for await (const event of blocks(body)) {
        lastId = /^id: ?(.*)$/m.exec(event)?.[1] ?? lastId
        yield new TextEncoder().encode(event)
      }
      return
    } catch (error) {
      if (lastId === undefined || init?.signal?.aborted === true) throw error
      body = await again(input, init, lastId)
    }
  }
}

/** Text up to each blank line. What stands behind the last one is no event (HTML §9.2.6). */
async function* blocks(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const octets of body) {
    const whole = (rest + decoder.decode(octets, { stream: true })).split(/(?<=\n\n)/)
    rest = whole.at(-1)?.endsWith('\n\n') === true ? '' : whole.pop()!
    yield* whole
  }
}

async function again(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  lastId: string,
): Promise<ReadableStream<Uint8Array>> {
  const deadline = performance.now() + patience
  for (;;) {
    const headers = new Headers(init?.headers)
    headers.set('Last-Event-ID', lastId)
    try {
      const response = await fetch(input, { ...init, headers })
      if (response.ok && response.body !== null) return response.body
      throw new Error(`it answers ${response.status}: ${await response.text()}`)
    } catch (error) {
      if (performance.now() > deadline || init?.signal?.aborted === true) throw error
      await sleep(pause)
    }
  }
}

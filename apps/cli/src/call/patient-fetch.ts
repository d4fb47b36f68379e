/**
 * `fetch` to a side-car that waits as long as the agent thinks. Node's own gives up when nothing arrives for 5 minutes,
 * before the head or within the content, without an option to change that. Only `signal` ends it. Follows no redirect.
 * @module
 */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { addAbortSignal, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const { request } = process.getBuiltinModule('node:http')

/** Statuses whose responses have no content (Fetch, §2.2.3). */
const withoutContent: readonly (number | undefined)[] = [204, 205, 304]

/** @throws {TypeError} with Node's error as its cause, like `fetch`; the reason of `signal` */
export const patientFetch: typeof fetch = async (input, init) => {
  const { url, method, headers, body } = new Request(input, init)
  // The request's own signal follows this one only while somebody holds the request.
  const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
  const abortable = signal === undefined ? {} : { signal }
  const sent = request(url, { method, headers: Object.fromEntries(headers), agent: false, ...abortable })
  try {
    // A broken request shows as the end of the awaited response.
    if (body === null) sent.end()
    else pipeline(Readable.fromWeb(body), sent).catch(() => undefined)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    if (signal !== undefined) addAbortSignal(signal, response)
    const { statusCode: status = 0, statusMessage: statusText = '' } = response
    const content = withoutContent.includes(status) || method === 'HEAD' ? null : Readable.toWeb(response)
    const fields = new Headers()
    for (const [name, values = []] of Object.entries(response.headersDistinct))
      for (const value of values) fields.append(name, value)
    return new Response(content, { status, statusText, headers: fields })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new TypeError('fetch failed', { cause })
  }
}

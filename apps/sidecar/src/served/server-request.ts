/**
 * A request to the local server. The connection comes first: as long as it is refused nothing has happened, so it is
 * tried again for a while; what was sent over it is never sent again.
 * @module
 */
import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { endToEnd, flat, type HeaderFields } from '../wire/header-fields.ts'
import { maxFields, maxHeadOctets } from '../wire/http-exchange.ts'
import { ProblemError } from '../wire/problem.ts'

const { request } = process.getBuiltinModule('node:http')

/** A program that was started together with its side-car needs a moment. Milliseconds. */
const connectWithin = 10_000
const pauseBetween = 100

/**
 * A connection that may break again before it is used; then `writable` is false.
 * @throws {ProblemError} `server-down` when nobody listens there for `connectWithin`; the reason of `signal`
 */
export async function connectTo({ hostname, port, host }: URL, signal: AbortSignal): Promise<Socket> {
  const giveUpAt = performance.now() + connectWithin
  for (;;) {
    const socket = connect({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port === '' ? 80 : port),
      noDelay: true,
    })
    socket.on('error', () => undefined) // also when it breaks while nobody listens for that
    try {
      await once(socket, 'connect', { signal })
      return socket
    } catch (error) {
      socket.destroy()
      signal.throwIfAborted()
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      if (performance.now() > giveUpAt) {
        throw new ProblemError(
          'server-down',
          `nothing listens at ${host} on the remote host (${code}); is the agent's program running?`,
        )
      }
      await pause(pauseBetween, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}

/** Where a request goes. */
export interface ServerAddress {
  /** As URLs are written: for the host, and for addresses relative to it. */
  readonly url: URL
  /** Path and query for the request line, as somebody wrote them: a URL escapes quotes, resolves dots, and more. */
  readonly target: string
}

/** @param text an absolute address, whose path and query are asked for as they are written there */
export const addressOf = (text: string): ServerAddress => ({
  url: new URL(text),
  target: text.replace(/^[a-z]+:\/\/[^/?#]*(?=\/)/, ''),
})

/** Begins a request over `socket`, which is its own; the caller writes the body. */
export function requestOver(
  socket: Socket,
  { url, target }: ServerAddress,
  method: string,
  headers: HeaderFields,
  signal: AbortSignal,
): ClientRequest {
  const sent = request({
    method,
    path: target,
    headers: ['Host', url.host, ...flat(headers), 'Connection', 'close'],
    createConnection: () => socket,
    maxHeaderSize: maxHeadOctets,
    signal,
  })
  sent.maxHeadersCount = 0 // the fields of a response are counted where they are carried
  return sent
}

/** The response. @throws what broke the connection; {ProblemError} `failed` when it switches protocols (101), or its head is too long */
export function responseOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', (response) => {
      const { length } = endToEnd(response.rawHeaders)
      if (length <= maxFields) return resolve(response)
      response.destroy()
      reject(longHead(`${length} fields; ${maxFields} are carried`))
    })
    sent.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'HPE_HEADER_OVERFLOW'
          ? longHead(`more than ${maxHeadOctets} octets; no more are carried`)
          : error,
      ),
    )
    sent.once('close', () => reject(new Error('the connection ended')))
    // Nobody asked for it: what a caller says of upgrades stays at its side-car. Unheard, node would say nothing more.
    sent.once('upgrade', (_, socket) => {
      socket.destroy()
      reject(
        new ProblemError('failed', "the remote side-car's server answered 101 to a request that asked for no upgrade"),
      )
    })
  })
}

const longHead = (size: string): ProblemError =>
  new ProblemError('failed', `the remote side-car's server answered with a head of ${size}`)

/** A whole answer in JSON to a whole request in JSON. @throws when it is none, or longer than `maxOctets` */
export async function askJson(
  address: ServerAddress,
  ask: { readonly method: string; readonly headers: HeaderFields; readonly body?: string; readonly maxOctets: number },
  signal: AbortSignal,
): Promise<unknown> {
  const socket = await connectTo(address.url, signal)
  const body = ask.body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(ask.body))] as const]
  const sent = requestOver(socket, address, ask.method, [...ask.headers, ...body], signal)
  sent.end(Buffer.from(ask.body ?? ''))
  const parts: Buffer[] = []
  let octets = 0
  for await (const part of (await responseOf(sent)) as AsyncIterable<Buffer>) {
    octets += part.length
    if (octets > ask.maxOctets) throw new Error(`an answer of more than ${ask.maxOctets} octets`)
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

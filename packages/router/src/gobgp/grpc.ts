/**
 * A client of gRPC over HTTP/2 without TLS, as GoBGP offers it on loopback: one request, then one answer or a stream of
 * them that ends. Each message has five octets in front: not compressed, and its length. The outcome is in the trailers.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @module
 */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { RouterError } from '../errors.ts'

/** Milliseconds that one answer may take. */
const patience = 10_000
/** Octets of one answer, as for the other routers. */
const maxAnswerOctets = 64 * 1024 * 1024
const ok = '0'

export class GrpcClient {
  readonly #at: string
  readonly #service: string
  #session: ClientHttp2Session | undefined

  /** `at`: ADDRESS:PORT, or the path of a Unix socket. */
  constructor(at: string, service: string) {
    this.#at = at
    this.#service = service
  }

  /** All messages of the answer. @throws {RouterError} */
  call(method: string, request: Uint8Array): Promise<readonly Uint8Array[]> {
    const stream = this.#connected().request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: `/${this.#service}/${method}`,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
    })
    const framed = Buffer.alloc(5 + request.length)
    framed.writeUInt32BE(request.length, 1)
    framed.set(request, 5)
    stream.end(framed)
    return this.#answer(method, stream)
  }

  /** The next call connects again. */
  close(): void {
    this.#session?.destroy()
    this.#session = undefined
  }

  #connected(): ClientHttp2Session {
    if (this.#session !== undefined && !this.#session.destroyed && !this.#session.closed) return this.#session
    const isPath = this.#at.startsWith('/')
    const session = isPath
      ? connect('http://localhost', { createConnection: () => connectSocket(this.#at) })
      : connect(`http://${this.#at}`)
    // A waiting call learns of it from its stream; an idle session just ends.
    session.on('error', () => undefined)
    session.unref()
    return (this.#session = session)
  }

  #answer(method: string, stream: ClientHttp2Stream): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = []
      let octets = 0
      let outcome: { readonly status: string; readonly text: string } | undefined
      const fail = (code: RouterError['code'], problem: string, cause?: unknown): void => {
        clearTimeout(timer)
        reject(new RouterError(code, `${this.#at} ${problem}`, { cause }))
        stream.close(constants.NGHTTP2_CANCEL)
      }
      const timer = setTimeout(() => {
        fail('unreachable', `did not answer ${method} within ${patience} ms`)
        this.close()
      }, patience)
      const take = (headers: Record<string, unknown>): void => {
        const status = headers['grpc-status']
        if (typeof status === 'string') outcome = { status, text: decoded(headers['grpc-message']) }
      }
      stream.on('response', take) // an answer without messages has its outcome here
      stream.on('trailers', take)
      stream.on('data', (part: Buffer) => {
        parts.push(part)
        octets += part.length
        if (octets > maxAnswerOctets) fail('unreachable', `answered ${method} with more than ${maxAnswerOctets} octets`)
      })
      stream.on('error', (cause) => fail('unreachable', `${cause.message} (${method})`, cause))
      stream.on('end', () => {
        if (outcome?.status !== ok) {
          return fail('refused', `answered ${method}: ${outcome === undefined ? 'no gRPC' : outcome.text}`)
        }
        clearTimeout(timer)
        try {
          resolve(messagesOf(Buffer.concat(parts)))
        } catch (cause) {
          fail('unreachable', `answered ${method} with what is no gRPC`, cause)
        }
      })
    })
  }
}

function messagesOf(octets: Buffer): readonly Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let at = 0; at < octets.length;) {
    if (octets[at] !== 0) throw new RangeError('a compressed message, which was not requested')
    const end = at + 5 + octets.readUInt32BE(at + 1)
    if (end > octets.length) throw new RangeError('a message that does not end')
    messages.push(octets.subarray(at + 5, end))
    at = end
  }
  return messages
}

function decoded(text: unknown): string {
  if (typeof text !== 'string') return 'no reason given'
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

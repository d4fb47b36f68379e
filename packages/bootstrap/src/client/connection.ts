/**
 * A pledge's or member's connection to a registrar. It is one TLS connection: what was seen of the server in its handshake
 * holds for every request on it (RFC 8995 §5.1).
 * @module
 */
import { Agent } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import {
  type Certificate,
  isRefused,
  mediaTypes,
  oids,
  paths,
  type StatusReport,
  writeStatusReport,
} from '@vagus/brski'
import type { JsonValue } from '@vagus/identity'
import { brskiCrypto, certificatesPem, type Issuer, privateKeyPem, readCertificates } from '@vagus/pki'
import { type BodyEncoding, decodeBase64Body, decodeBody, encodeBase64Body, encodeBody } from '../http/body-encoding.ts'
import { peerChain } from '../http/serve.ts'
import { settingsPath } from '../registrar/serve.ts'
import { type Answer, exchange } from './exchange.ts'

export interface ConnectOptions {
  readonly host: string
  readonly port: number
  /** The IDevID, or the LDevID once there is one. */
  readonly client: Issuer
  /** `provisional`: anything, until `checkVoucher` says otherwise. Else the anchors of the domain. */
  readonly trust: 'provisional' | readonly Certificate[]
  /** Milliseconds that connecting, and then each answer, may take. A registrar asks its MASA before it answers. */
  readonly timeout: number
  /** Default `binary`. */
  readonly bodyEncoding?: BodyEncoding
  /** Milliseconds since 1970, for `trust`; `undefined` without a clock. */
  readonly now?: number
}

/** Why a connection did not come about, or an answer. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

/** An answer to a request for a certificate; `certificate` with status 200. */
export interface EnrolAnswer extends Answer {
  readonly certificate: Certificate | undefined
}

/** Requests go one after the other. All reject with `ConnectionError` once the connection has ended. */
export interface RegistrarConnection {
  /** The chain that the server showed, its own certificate first. */
  readonly server: readonly [Certificate, ...Certificate[]]
  /** The body is the voucher if the status is 200. */
  requestVoucher(cms: Uint8Array): Promise<Answer>
  voucherStatus(report: StatusReport): Promise<Answer>
  enrollStatus(report: StatusReport): Promise<Answer>
  /** CAs of the domain (RFC 7030 §4.1). */
  caCerts(): Promise<readonly Certificate[]>
  /** DER in the body if the status is 200. */
  csrAttrs(): Promise<Answer>
  /**
   * @param request PKCS#10 in DER
   * @param how `first` with an IDevID, `renewed` with an LDevID
   */
  enroll(request: Uint8Array, how: 'first' | 'renewed'): Promise<EnrolAnswer>
  /** What the domain gives its members; `undefined`: nothing. */
  settings(): Promise<JsonValue | undefined>
  close(): void
}

/** @throws {ConnectionError} also if the server is not trusted */
export async function connectRegistrar(options: ConnectOptions): Promise<RegistrarConnection> {
  const socket = await openSocket(options)
  const [own, ...between] = peerChain(socket)
  if (own === undefined) {
    socket.destroy()
    throw new ConnectionError('the server showed no certificate that can be read')
  }
  const problem = trustProblem(own, between, options)
  if (problem !== undefined) {
    socket.destroy()
    throw new ConnectionError(problem)
  }
  return new OpenConnection(socket, [own, ...between], options)
}

function openSocket({ host, port, client, timeout }: ConnectOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void => {
      socket.destroy()
      reject(new ConnectionError(`no TLS with ${host} port ${port}: ${why}`, { cause }))
    }
    const socket = connect({
      host,
      port,
      key: privateKeyPem(client.key),
      cert: certificatesPem([client.certificate, ...client.chain]),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: false, // `trustProblem` decides, with the anchors of the caller
    })
    const timer = setTimeout(() => fail(`nothing within ${timeout} ms`), timeout)
    socket.once('close', () => clearTimeout(timer))
    socket.once('error', (error) => fail(error.message, error))
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      resolve(socket)
    })
  })
}

function trustProblem(
  own: Certificate,
  between: readonly Certificate[],
  { trust, now }: ConnectOptions,
): string | undefined {
  if (trust === 'provisional') return undefined
  const path = brskiCrypto.pathOf({ leaf: own, between, anchors: trust, now })
  if (isRefused(path)) return path.because.problem
  // Host names say nothing behind a join proxy; that the domain calls it a registrar does.
  return own.purposes?.includes(oids.cmcRa) === true ? undefined : `${own.subject} is no registrar of its domain`
}

class OpenConnection implements RegistrarConnection {
  readonly server: readonly [Certificate, ...Certificate[]]
  readonly #socket: TLSSocket
  readonly #agent: Agent
  readonly #options: ConnectOptions

  constructor(socket: TLSSocket, server: readonly [Certificate, ...Certificate[]], options: ConnectOptions) {
    this.server = server
    this.#socket = socket
    this.#options = options
    this.#agent = new OneSocket(socket)
    socket.on('error', () => socket.destroy())
  }

  async requestVoucher(cms: Uint8Array): Promise<Answer> {
    const encoding = this.#options.bodyEncoding ?? 'binary'
    const headers = { 'content-type': mediaTypes.voucher, accept: mediaTypes.voucher }
    const answer = await this.#ask('POST', paths.requestVoucher, headers, encodeBody(cms, encoding))
    if (answer.status !== 200) return answer
    const body = decodeBody(answer.body, [encoding])
    if (body === undefined) throw new ConnectionError(`the voucher is no CMS in ${encoding}`)
    return { ...answer, body }
  }

  voucherStatus(report: StatusReport): Promise<Answer> {
    return this.#report(paths.voucherStatus, report)
  }

  enrollStatus(report: StatusReport): Promise<Answer> {
    return this.#report(paths.enrollStatus, report)
  }

  async caCerts(): Promise<readonly Certificate[]> {
    const answer = await this.#ask('GET', paths.caCerts, {})
    if (answer.status !== 200) throw new ConnectionError(`cacerts answered ${answer.status}`)
    return certificatesIn(answer)
  }

  async csrAttrs(): Promise<Answer> {
    const answer = await this.#ask('GET', paths.csrAttrs, { accept: mediaTypes.csrAttrs })
    return answer.status === 200 ? { ...answer, body: base64In(answer) } : answer
  }

  async enroll(request: Uint8Array, how: 'first' | 'renewed'): Promise<EnrolAnswer> {
    const path = how === 'first' ? paths.simpleEnroll : paths.simpleReenroll
    const answer = await this.#ask('POST', path, { 'content-type': mediaTypes.pkcs10 }, encodeBase64Body(request))
    return { ...answer, certificate: answer.status === 200 ? certificatesIn(answer)[0] : undefined }
  }

  async settings(): Promise<JsonValue | undefined> {
    const answer = await this.#ask('GET', settingsPath, { accept: mediaTypes.json })
    if (answer.status === 404) return undefined
    const text = new TextDecoder().decode(answer.body)
    if (answer.status !== 200)
      throw new ConnectionError(`the settings answered ${answer.status}: ${text.slice(0, 200)}`)
    try {
      return JSON.parse(text) as JsonValue // JSON has no other values
    } catch (cause) {
      throw new ConnectionError('the settings are not JSON', { cause })
    }
  }

  close(): void {
    this.#agent.destroy()
    this.#socket.destroy()
  }

  #report(path: string, report: StatusReport): Promise<Answer> {
    return this.#ask('POST', path, { 'content-type': mediaTypes.json }, writeStatusReport(report))
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array = new Uint8Array(),
  ): Promise<Answer> {
    const { host, port, timeout } = this.#options
    const length = method === 'GET' ? {} : { 'content-length': `${body.length}` }
    try {
      const signal = AbortSignal.timeout(timeout)
      const target = { agent: this.#agent, host: host.split('%', 1)[0]!, port, path, method, signal }
      return await exchange({ ...target, headers: { ...headers, ...length } }, body)
    } catch (cause) {
      this.close() // an answer that is still on its way must not be taken for that of the next request
      const { name, message } = cause as Error
      throw new ConnectionError(`${path}: ${name === 'AbortError' ? `no answer within ${timeout} ms` : message}`, {
        cause,
      })
    }
  }
}

/** Never opens another connection: it could lead to another server. */
class OneSocket extends Agent {
  readonly #socket: TLSSocket
  #used = false

  constructor(socket: TLSSocket) {
    super({ keepAlive: true, maxSockets: 1 })
    this.#socket = socket
  }

  override createConnection(
    _options: object,
    done?: (error: Error | null, socket: TLSSocket) => void,
  ): TLSSocket | undefined {
    if (!this.#used && !this.#socket.destroyed) {
      this.#used = true
      return this.#socket
    }
    done?.(new ConnectionError('the connection has ended'), this.#socket)
    return undefined
  }
}

function base64In(answer: Answer): Uint8Array {
  const der = decodeBase64Body(answer.body)
  if (der === undefined) throw new ConnectionError('the answer is not base64')
  return der
}

function certificatesIn(answer: Answer): readonly Certificate[] {
  const certificates = readCertificates(base64In(answer))
  if (isRefused(certificates)) throw new ConnectionError(certificates.because.problem)
  if (certificates.list.length === 0) throw new ConnectionError('the answer holds no certificate')
  return certificates.list
}

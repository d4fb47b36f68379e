/** Requests over one session, each after the answer to the one before (RFC 6241 §4.1, RFC 6242 §4). @module */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  frame,
  type Framing,
  helloText,
  type NetconfCapabilities,
  NetconfError,
  NetconfFramer,
  readHello,
  readReply,
  type RpcResult,
  rpcText,
  type ServerHello,
  type XmlElement,
} from '@vagus/netconf'
import { RouterError } from '../errors.ts'
import { type NetconfPlace, placeText } from './place.ts'
import { SshProcess } from './ssh.ts'

/** Requests that wait for others; one more is refused, and whoever asks waits for answers first. */
const maxWaiting = 64

/**
 * Milliseconds between both hellos and the first request. A server that reads our hello and that request at once, may take
 * the chunks of the request for a part of the hello, and then says nothing any more (netconfd).
 */
const settling = 100

interface Request {
  readonly id: string
  readonly text: string
  readonly timer: NodeJS.Timeout
  readonly resolve: (result: RpcResult) => void
  readonly reject: (error: RouterError) => void
}

export class RpcChannel {
  /** As people read it. */
  readonly place: string
  readonly #ssh: SshProcess
  readonly #framer = new NetconfFramer()
  readonly #greeted = Promise.withResolvers<ServerHello>()
  #hello: ServerHello | undefined
  #framing: Framing = 'eom'
  #lastId = 0
  /** The first one was sent, the others wait. */
  #requests: readonly Request[] = []
  #ended: RouterError | undefined

  /** @param within milliseconds @throws {RouterError} `unreachable` @throws {RangeError} a place that is none */
  static async open(place: NetconfPlace, within: number): Promise<RpcChannel> {
    const channel = new RpcChannel(place, checked(within))
    const late = (): void =>
      channel.#end(`did not say hello within ${within / 1000} s: look whether NETCONF runs there`)
    const timer = setTimeout(late, within)
    try {
      await channel.#greeted.promise
      await sleep(settling)
      return channel
    } finally {
      clearTimeout(timer)
    }
  }

  private constructor(place: NetconfPlace, within: number) {
    this.place = placeText(place)
    this.#ssh = new SshProcess(place, within, {
      octets: (octets) => this.#take(octets),
      ended: (why) => this.#fail(why),
    })
    this.#ssh.write(frame(helloText(), 'eom'))
  }

  get isOpen(): boolean {
    return this.#ended === undefined
  }

  /** Something was asked, and is not answered. */
  get isBusy(): boolean {
    return this.#requests.length > 0
  }

  get sessionId(): number {
    return this.#hello!.sessionId
  }

  get capabilities(): NetconfCapabilities {
    return this.#hello!.capabilities
  }

  /**
   * The answer to one operation. Where none comes in time the session ends, since the next one could not be told from it; a
   * request that was not sent by then is given up alone.
   * @param within milliseconds from now
   * @throws {RouterError} `unreachable`; `refused`: too many wait @throws {RangeError} what XML cannot have
   */
  async request(operation: XmlElement, within: number): Promise<RpcResult> {
    checked(within)
    const id = String(++this.#lastId)
    const text = rpcText(id, operation)
    if (this.#ended !== undefined) throw new RouterError('unreachable', this.#ended.message)
    if (this.#requests.length > maxWaiting)
      throw new RouterError(
        'refused',
        `${maxWaiting} requests to NETCONF at ${this.place} wait already: wait for answers`,
      )
    const { promise, resolve, reject } = Promise.withResolvers<RpcResult>()
    const timer = setTimeout(() => this.#late(request, within), within)
    const request: Request = { id, text, timer, resolve, reject }
    this.#requests = [...this.#requests, request]
    if (this.#requests.length === 1) this.#send(request)
    return promise
  }

  close(): void {
    this.#end('was left: this session was closed')
  }

  #send({ text }: Request): void {
    this.#ssh.write(frame(text, this.#framing))
  }

  #late(request: Request, within: number): void {
    if (this.#requests[0] === request)
      return this.#end(`did not answer within ${within / 1000} s; the session was ended`)
    this.#requests = this.#requests.filter((one) => one !== request)
    request.reject(
      new RouterError('unreachable', `NETCONF at ${this.place} was still busy with others after ${within / 1000} s`),
    )
  }

  #take(octets: Uint8Array): void {
    try {
      this.#framer.push(octets)
      for (let message = this.#framer.next(); message !== undefined; message = this.#framer.next()) {
        if (this.#hello === undefined) this.#greet(readHello(message))
        else if (!this.#answer(message)) return
      }
    } catch (error) {
      if (!(error instanceof NetconfError)) throw error
      this.#end(`sends what is not NETCONF: ${error.message}`)
    }
  }

  /** Both have sent their hellos; what comes behind them is in chunks where both can do so (RFC 6242 §4.1). */
  #greet(hello: ServerHello): void {
    this.#hello = hello
    this.#ssh.stage = 'open'
    if (hello.capabilities.chunked) {
      this.#framing = 'chunked'
      this.#framer.chunked()
    }
    this.#greeted.resolve(hello)
  }

  /** Whether the session goes on. */
  #answer(message: string): boolean {
    const { messageId, result } = readReply(message)
    const [request, ...others] = this.#requests
    // An error about a request that could not be read has no id. As one is asked at a time, it is about that one.
    const isAnswer = messageId === undefined ? result.type === 'errors' : messageId === request?.id
    if (request === undefined || !isAnswer) {
      this.#end(`answered ${messageId ?? 'something without message-id'} when asked ${request?.id ?? 'nothing'}`)
      return false
    }
    clearTimeout(request.timer)
    this.#requests = others
    if (others[0] !== undefined) this.#send(others[0])
    request.resolve(result)
    return true
  }

  #end(problem: string): void {
    this.#fail(new RouterError('unreachable', `NETCONF at ${this.place} ${problem}`))
  }

  #fail(why: RouterError): void {
    if (this.#ended !== undefined) return
    this.#ended = why
    this.#ssh.end()
    this.#greeted.reject(why)
    for (const { timer, reject } of this.#requests) {
      clearTimeout(timer)
      reject(why)
    }
    this.#requests = []
  }
}

/** @throws {RangeError} what timers do not take */
function checked(within: number): number {
  if (!(within >= 1 && within <= 0x7fff_ffff)) throw new RangeError(`${within} is not a time from 1 ms to 24 days`)
  return within
}

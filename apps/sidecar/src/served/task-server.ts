/** What continuing a task asks of a stock A2A server, over the binding that the stream was begun with. @module */
import { EventSplitter } from '@vagus/wire/event-stream'
import type { A2aRequest } from '../wire/a2a-request.ts'
import { dataOf, eventOf, maxEventOctets } from '../wire/event-stream.ts'
import { endToEnd, type HeaderFields, mediaTypeOf, without } from '../wire/header-fields.ts'
import { jsonObject } from '../wire/json-object.ts'
import { addressOf, askJson, connectTo, requestOver, responseOf, type ServerAddress } from './server-request.ts'
import type { StreamEvent } from './task-progress.ts'

/** A task with its artifacts; what does not fit in two messages of an exchange is not continued. */
const maxTaskOctets = 32 * 1024 * 1024

/** Where and how the stream was asked for. */
export interface StreamOrigin {
  /** The address that the request went to, its path and query as they were written. */
  readonly url: string
  readonly headers: HeaderFields
  readonly binding: A2aRequest['binding']
  /** As JSON. */
  readonly rpcId: string | undefined
  readonly tenant: string | undefined
}

export type Task = Readonly<Record<string, unknown>>

/** The server's own answer that there is no such task, or that it cannot be subscribed to. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
}

export class TaskServer {
  readonly #origin: StreamOrigin
  readonly #signal: AbortSignal

  constructor(origin: StreamOrigin, signal: AbortSignal) {
    this.#origin = origin
    this.#signal = signal
  }

  /** As the original stream would have written it. */
  written(event: StreamEvent): Uint8Array {
    const { binding, rpcId } = this.#origin
    if (binding === 'http+json') return eventOf(JSON.stringify(event))
    return eventOf(`{"jsonrpc":"2.0","id":${rpcId ?? 'null'},"result":${JSON.stringify(event)}}`)
  }

  /** @throws {TaskError} */
  async task(taskId: string): Promise<Task> {
    const { address, method, headers, body } = this.#ask('GetTask', taskId)
    const answer = await askJson(
      address,
      { method, headers, ...(body === undefined ? {} : { body }), maxOctets: maxTaskOctets },
      this.#signal,
    )
    return this.#result(answer as Task)
  }

  /** The task as it is, then what happens to it (A2A 1.0 §3.1.6). @throws {TaskError} when it is over, or not there */
  async *subscribe(taskId: string): AsyncGenerator<StreamEvent, void, undefined> {
    const { address, method, headers, body } = this.#ask('SubscribeToTask', taskId)
    const socket = await connectTo(address.url, this.#signal)
    const framing = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const]
    const sent = requestOver(socket, address, method, [...headers, ...framing], this.#signal)
    sent.end(Buffer.from(body ?? ''))
    const response = await responseOf(sent)
    if (mediaTypeOf(endToEnd(response.rawHeaders)) !== 'text/event-stream') {
      const text = Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>)).toString('utf8')
      this.#result(jsonObject(text) ?? {}, response.statusCode)
      throw new TaskError('the server gave no stream')
    }
    const splitter = new EventSplitter(maxEventOctets)
    for await (const octets of response as AsyncIterable<Buffer>) {
      for (const event of splitter.push(octets)) {
        const data = jsonObject(dataOf(event))
        if (data !== undefined) yield this.#result(data)
      }
    }
  }

  #ask(
    operation: 'GetTask' | 'SubscribeToTask',
    taskId: string,
  ): { address: ServerAddress; method: string; headers: HeaderFields; body?: string } {
    const { url, binding, tenant } = this.#origin
    const headers = without(
      this.#origin.headers,
      'content-length',
      'last-event-id',
      'idempotency-key',
      'accept-encoding',
    )
    if (binding === 'jsonrpc') {
      const params = tenant === undefined ? { id: taskId } : { tenant, id: taskId }
      const body = JSON.stringify({ jsonrpc: '2.0', id: 'vagus', method: operation, params })
      return { address: addressOf(url), method: 'POST', headers, body }
    }
    const task = `${url.replace(/\/message:stream(\?.*)?$/, '')}/tasks/${encodeURIComponent(taskId)}`
    const own = without(headers, 'content-type')
    if (operation === 'GetTask') return { address: addressOf(task), method: 'GET', headers: own }
    return { address: addressOf(`${task}:subscribe`), method: 'POST', headers: own, body: '' }
  }

  #result(answer: Task, status = 200): Task {
    const error = answer['error'] as { readonly message?: string } | undefined
    if (error !== undefined) throw new TaskError(error.message ?? 'the server refused')
    if (status >= 400) throw new TaskError(`the server answered ${status}`)
    if (this.#origin.binding === 'http+json') return answer
    return (answer['result'] ?? {}) as Task
  }
}

/**
 * The client's side: a `Transport` of @a2a-js/sdk over exchanges. Its calls survive lost networks and a restart of
 * either side-car. A message sent again while it is still under way joins the first call, by its message id.
 * @module
 */
import { createHash } from 'node:crypto'
import {
  AgentCard,
  CancelTaskRequest,
  DeleteTaskPushNotificationConfigRequest,
  GetExtendedAgentCardRequest,
  GetTaskPushNotificationConfigRequest,
  GetTaskRequest,
  ListTaskPushNotificationConfigsRequest,
  ListTaskPushNotificationConfigsResponse,
  ListTasksRequest,
  ListTasksResponse,
  type Message,
  SendMessageRequest,
  SendMessageResponse,
  StreamResponse,
  SubscribeToTaskRequest,
  Task,
  TaskPushNotificationConfig,
} from '@a2a-js/sdk'
import type { RequestOptions, Transport, TransportFactory } from '@a2a-js/sdk/client'
import { fromJsonRpcErrorResponse } from '@a2a-js/sdk/errors'
import type { Agent, Exchange } from '@vagus/agent'
import {
  bindingUri,
  type ErrorBody,
  maxJsonOctets,
  nameOf,
  type OperationHead,
  pieceOctets,
  protocol,
} from './binding.ts'

/** For `transports` in the options of the SDK's `ClientFactory`. */
export const exchangeTransportFactory = (agent: Pick<Agent, 'call'>): TransportFactory => ({
  protocolName: bindingUri,
  create: async (url) => new ExchangeTransport(agent, nameOf(url)),
})

export class ExchangeTransport implements Transport {
  readonly protocolName = bindingUri
  readonly protocolVersion = '1.0'
  readonly #agent: Pick<Agent, 'call'>
  readonly #name: string
  /** Messages that wait for their answers: a message sent again waits for the same answer. */
  readonly #underWay = new Map<string, Promise<Message | Task>>()

  /** Messages whose stream is being read. Each event has one reader; a reader that stops cancels the stream. */
  readonly #streamed = new Set<string>()

  /** @param name the agent to call, as the look-up of `agent` knows it */
  constructor(agent: Pick<Agent, 'call'>, name: string) {
    this.#agent = agent
    this.#name = name
  }

  async getExtendedAgentCard(params: GetExtendedAgentCardRequest, options?: RequestOptions): Promise<AgentCard> {
    return AgentCard.fromJSON(
      await this.#unary('GetExtendedAgentCard', GetExtendedAgentCardRequest.toJSON(params), options),
    )
  }

  async sendMessage(params: SendMessageRequest, options?: RequestOptions): Promise<Message | Task> {
    const id = idOf(params)
    const present = id === undefined ? undefined : this.#underWay.get(id)
    if (present !== undefined) return present
    const asked = this.#unary('SendMessage', SendMessageRequest.toJSON(params), options, id).then((answer) => {
      const { payload } = SendMessageResponse.fromJSON(answer)
      if (payload === undefined) throw new Error('the answer to SendMessage is neither a message nor a task')
      return payload.value
    })
    if (id === undefined) return asked
    this.#underWay.set(id, asked)
    return asked.finally(() => this.#underWay.delete(id))
  }

  async *sendMessageStream(
    params: SendMessageRequest,
    options?: RequestOptions,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    const request = SendMessageRequest.toJSON(params)
    const id = idOf(params)
    if (id !== undefined && this.#streamed.has(id))
      throw new Error('a stream of this message is read already; subscribe to its task, or give the message another id')
    if (id !== undefined) this.#streamed.add(id)
    try {
      for await (const event of this.#ask('SendStreamingMessage', request, options, id))
        yield StreamResponse.fromJSON(event)
    } finally {
      if (id !== undefined) this.#streamed.delete(id)
    }
  }

  async *resubscribeTask(
    params: SubscribeToTaskRequest,
    options?: RequestOptions,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    for await (const event of this.#ask('SubscribeToTask', SubscribeToTaskRequest.toJSON(params), options))
      yield StreamResponse.fromJSON(event)
  }

  async getTask(params: GetTaskRequest, options?: RequestOptions): Promise<Task> {
    return Task.fromJSON(await this.#unary('GetTask', GetTaskRequest.toJSON(params), options))
  }

  async cancelTask(params: CancelTaskRequest, options?: RequestOptions): Promise<Task> {
    return Task.fromJSON(await this.#unary('CancelTask', CancelTaskRequest.toJSON(params), options))
  }

  async listTasks(params: ListTasksRequest, options?: RequestOptions): Promise<ListTasksResponse> {
    return ListTasksResponse.fromJSON(await this.#unary('ListTasks', ListTasksRequest.toJSON(params), options))
  }

  async createTaskPushNotificationConfig(
    params: TaskPushNotificationConfig,
    options?: RequestOptions,
  ): Promise<TaskPushNotificationConfig> {
    const request = TaskPushNotificationConfig.toJSON(params)
    return TaskPushNotificationConfig.fromJSON(await this.#unary('CreateTaskPushNotificationConfig', request, options))
  }

  async getTaskPushNotificationConfig(
    params: GetTaskPushNotificationConfigRequest,
    options?: RequestOptions,
  ): Promise<TaskPushNotificationConfig> {
    const request = GetTaskPushNotificationConfigRequest.toJSON(params)
    return TaskPushNotificationConfig.fromJSON(await this.#unary('GetTaskPushNotificationConfig', request, options))
  }

  async listTaskPushNotificationConfig(
    params: ListTaskPushNotificationConfigsRequest,
    options?: RequestOptions,
  ): Promise<ListTaskPushNotificationConfigsResponse> {
    const request = ListTaskPushNotificationConfigsRequest.toJSON(params)
    return ListTaskPushNotificationConfigsResponse.fromJSON(
      await this.#unary('ListTaskPushNotificationConfigs', request, options),
    )
  }

  async deleteTaskPushNotificationConfig(
    params: DeleteTaskPushNotificationConfigRequest,
    options?: RequestOptions,
  ): Promise<void> {
    await this.#unary(
      'DeleteTaskPushNotificationConfig',
      DeleteTaskPushNotificationConfigRequest.toJSON(params),
      options,
    )
  }

  async #unary(operation: string, request: unknown, options?: RequestOptions, id?: string): Promise<unknown> {
    for await (const result of this.#ask(operation, request, options, id)) return result
    throw new Error(`${operation} ended without a result`)
  }

  async *#ask(
    operation: string,
    request: unknown,
    options: RequestOptions = {},
    id?: string,
  ): AsyncGenerator<unknown, void, undefined> {
    const { signal, serviceParameters: parameters = {} } = options
    signal?.throwIfAborted()
    const head: OperationHead = { operation, parameters }
    const named = id === undefined ? {} : { id: `${operation}.${id}` }
    const exchange = await this.#agent.call(this.#name, { protocol, head: Buffer.from(JSON.stringify(head)), ...named })
    const cancel = (): void => exchange.cancel('its program cancelled it')
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      signal?.throwIfAborted() // nothing listened to the signal while the exchange was being opened
      const sent = sendRequest(exchange, JSON.stringify(request))
      sent.catch(() => undefined) // awaited after the results; until then a rejection must not end the process
      yield* results(exchange)
      await sent
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', cancel)
      if (exchange.state === 'open') cancel()
    }
  }
}

/** The message id names the exchange, so that a repeated message is not a new request. */
function idOf(request: SendMessageRequest): string | undefined {
  const id = request.message?.messageId
  if (id === undefined || id === '') return undefined
  return createHash('sha256')
    .update(JSON.stringify(SendMessageRequest.toJSON(request)))
    .digest('base64url')
}

async function sendRequest(exchange: Exchange, text: string): Promise<void> {
  const octets = Buffer.from(text)
  const pieces = Math.ceil(octets.length / pieceOctets)
  for (let at = exchange.sent; at < pieces; at++)
    await exchange.send(octets.subarray(at * pieceOctets, (at + 1) * pieceOctets))
  await exchange.end()
}

/** Yields each result once it is complete. @throws what the SDK throws for the server's error */
async function* results(exchange: Exchange): AsyncGenerator<unknown, void, undefined> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const { octets } of exchange.messages()) {
    const content = octets.subarray(1)
    if (octets[0] === 2) {
      const error = JSON.parse(Buffer.from(content).toString('utf8')) as ErrorBody
      throw fromJsonRpcErrorResponse({ jsonrpc: '2.0', id: null, error } as Parameters<
        typeof fromJsonRpcErrorResponse
      >[0])
    }
    parts.push(content)
    length += content.length
    if (length > maxJsonOctets) throw new Error(`a result has more than ${maxJsonOctets} octets`)
    if (octets[0] !== 1) continue
    yield JSON.parse(Buffer.concat(parts).toString('utf8'))
    parts = []
    length = 0
  }
}

/** Asking and answering in A2A with the stock SDK: a message with data, answered by a message with data. @module */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AgentCard, Message, SendMessageRequest, type Part } from '@a2a-js/sdk'
import { type Client, ClientFactory } from '@a2a-js/sdk/client'
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
} from '@a2a-js/sdk/server'

const { createServer } = process.getBuiltinModule('node:http')

export type Data = Readonly<Record<string, unknown>>

/** Other agents, by the addresses that the side-car has for them. */
export class Others {
  readonly #base: string
  readonly #clients = new Map<string, Promise<Client>>()

  /** @param base such as `http://127.0.0.1:7600/agents/` */
  constructor(base: string) {
    this.#base = base
  }

  /** Rejects when there is no answer within so many milliseconds, or one without data. */
  async ask(name: string, data: Data, within: number, metadata: Data = {}): Promise<Data> {
    const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ data }] }
    const answered = this.#client(name).then((client) =>
      client.sendMessage(SendMessageRequest.fromJSON({ message, metadata })),
    )
    const answer = await inTime(answered, within, name)
    const parts =
      'parts' in answer
        ? answer.parts
        : [...answer.artifacts.flatMap((one) => one.parts), ...(answer.status?.message?.parts ?? [])]
    const found = dataIn(parts)
    if (found !== undefined) return found
    throw new Error(
      `${name} answers without data: ${JSON.stringify('status' in answer ? answer.status : answer.parts)}`,
    )
  }

  #client(name: string): Promise<Client> {
    const known = this.#clients.get(name)
    if (known !== undefined) return known
    const made = new ClientFactory().createFromUrl(`${this.#base}${name}/`)
    this.#clients.set(name, made)
    made.catch(() => this.#clients.delete(name)) // its card was not to be had: the next one asks again
    return made
  }
}

async function inTime<Value>(promise: Promise<Value>, within: number, name: string): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${name} does not answer within ${within} ms`)), within)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const dataIn = (parts: readonly Part[]): Data | undefined =>
  parts.flatMap(({ content }) => (content?.$case === 'data' ? [content.value as Data] : []))[0]

/** `answer` gets the data of each message; `file` what is asked for by other paths. Settles when it listens. */
export async function serve(
  port: number,
  answer: (data: Data) => Data | Promise<Data>,
  file: (path: string, response: ServerResponse) => void,
): Promise<void> {
  const url = `http://127.0.0.1:${port}`
  const card = AgentCard.fromJSON({
    name: 'scheduler',
    description: 'Takes tasks of other data centres: it bids, takes what is handed over, and tells the output.',
    version: '1',
    supportedInterfaces: [{ url: `${url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: {},
    defaultInputModes: ['application/json'],
    defaultOutputModes: ['application/json'],
    skills: [{ id: 'work', name: 'work', description: 'bids for tasks and does them', tags: ['scheduling'] }],
  })
  const handler = new DefaultRequestHandler(card, new InMemoryTaskStore(), {
    async execute({ userMessage, contextId }, bus) {
      const data = await answer(dataIn(userMessage.parts) ?? {})
      const message = { messageId: randomUUID(), contextId, role: 'ROLE_AGENT', parts: [{ data }] }
      bus.publish(AgentEvent.message(Message.fromJSON(message)))
      bus.finished()
    },
    cancelTask: async () => undefined,
  })
  const rpc = new JsonRpcTransportHandler(handler)
  const listening = Promise.withResolvers<void>()
  createServer((request, response) => {
    reply(request, response).catch((error: Error) => response.writeHead(500).end(error.message))
  })
    .once('error', listening.reject)
    .listen(port, '127.0.0.1', listening.resolve)
  return listening.promise

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', url).pathname
    if (path === '/.well-known/agent-card.json') response.end(JSON.stringify(AgentCard.toJSON(card)))
    else if (request.method !== 'POST') file(path, response)
    else {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
      response.end(JSON.stringify(await rpc.handle(body, new ServerCallContext({ requestedVersion: '1.0' }))))
    }
  }
}

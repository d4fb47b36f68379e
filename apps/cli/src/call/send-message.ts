/** Sends a text or data to an agent as an A2A message, and prints the answer as it arrives. @module */
import { randomUUID } from 'node:crypto'
import { CancelTaskRequest, SendMessageRequest, StreamResponse } from '@a2a-js/sdk'
import {
  type Client,
  ClientFactory,
  ClientFactoryOptions,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client'
import { resumingFetch } from '@vagus/bindings/a2a'
import { A2aPage } from './a2a-page.ts'
import type { Calling } from './calling.ts'
import { tellAnswerer, tellService } from './page.ts'
import { ExplainingFetch } from './side-car-problem.ts'

/** Milliseconds that a task has to end after a cancel request. */
const grace = 3000

/** One part of a message. */
export type Said = { readonly text: string } | { readonly data: Readonly<Record<string, unknown>> }

/**
 * Resolves when the task has ended, or was cancelled because `signal` is aborted.
 * @param skill that is to answer; undefined: the agent finds it out @throws {Failure}
 */
export async function sendMessage(
  { agent, sideCar, page, service, signal }: Calling,
  said: Said,
  skill?: string,
): Promise<void> {
  const explaining = new ExplainingFetch(agent, sideCar, service)
  const answer = new A2aPage(agent, page)
  const over = new AbortController()
  let client: Client | undefined
  let taskId = ''
  let isCancelling = false
  const cancel = (): void => {
    if (isCancelling || taskId === '') return
    isCancelling = true
    page.talk(`${agent}: asked to cancel`)
    client?.cancelTask(CancelTaskRequest.fromJSON({ id: taskId })).catch(() => over.abort())
  }
  const stop = (): void => {
    if (client === undefined) return over.abort()
    cancel() // does nothing before the task has an id; then the loop below cancels
    setTimeout(() => over.abort(), grace).unref()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    client = await clientOf(`${sideCar}/agents/${encodeURIComponent(agent)}/`, explaining.fetch, over.signal)
    const request = SendMessageRequest.fromJSON({
      message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [said] },
      ...(skill === undefined ? {} : { metadata: { request_type: skill } }),
    })
    let isFirst = true
    for await (const event of client.sendMessageStream(request, { signal: over.signal })) {
      if (isFirst) {
        tellService(page, explaining.service)
        tellAnswerer(page, agent, explaining.answerer)
      }
      isFirst = false
      taskId = taskOf(event) ?? taskId
      if (signal.aborted) cancel()
      page.json(StreamResponse.toJSON(event))
      answer.add(event)
    }
    if (!signal.aborted) answer.end()
  } catch (error) {
    if (!signal.aborted)
      throw client === undefined
        ? explaining.failureOf(error, 'has no agent card', `its MCP tools, if any: vagus agent call ${agent} --tools`)
        : explaining.failureOf(error, 'does not accept the message', 'see what its server prints')
  } finally {
    page.endLine()
    signal.removeEventListener('abort', stop)
  }
}

/** Speaks A2A 1.0 and 0.3, and resumes a stream after a restart of the side-car. */
function clientOf(url: string, fetchImpl: typeof fetch, over: AbortSignal): Promise<Client> {
  const resuming = resumingFetch({}, fetchImpl)
  const legacyCompat = { enabled: true }
  const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
    cardResolver: new DefaultAgentCardResolver({
      fetchImpl: (input, init) => fetchImpl(input, { ...init, signal: over }),
      legacyCompat,
    }),
    transports: [
      new JsonRpcTransportFactory({ fetchImpl: resuming, legacyCompat }),
      new RestTransportFactory({ fetchImpl: resuming, legacyCompat }),
    ],
  })
  return new ClientFactory(options).createFromUrl(url)
}

function taskOf({ payload }: StreamResponse): string | undefined {
  if (payload?.$case === 'task') return payload.value.id
  return payload?.$case === 'statusUpdate' || payload?.$case === 'artifactUpdate' ? payload.value.taskId : undefined
}

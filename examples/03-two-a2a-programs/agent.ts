/** A stock A2A agent, with @a2a-js/sdk and nothing of Vagus: it counts. `node agent.ts PORT`. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { AgentCard, Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent } from '@a2a-js/sdk'
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
} from '@a2a-js/sdk/server'

const port = Number(process.argv[2])
const card = AgentCard.fromJSON({
  name: 'counter',
  version: '1',
  supportedInterfaces: [{ url: `http://127.0.0.1:${port}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: { streaming: true },
})
const requests = new DefaultRequestHandler(card, new InMemoryTaskStore(), {
  async execute({ taskId, contextId }, bus) {
    bus.publish(AgentEvent.task(Task.fromJSON({ id: taskId, contextId, status: { state: 'TASK_STATE_WORKING' } })))
    for (let at = 1; at <= 5; at++) {
      const artifact = { artifactId: 'count', parts: [{ text: `${at} ` }] }
      bus.publish(
        AgentEvent.artifactUpdate(TaskArtifactUpdateEvent.fromJSON({ taskId, contextId, artifact, append: at > 1 })),
      )
    }
    bus.publish(
      AgentEvent.statusUpdate(
        TaskStatusUpdateEvent.fromJSON({ taskId, contextId, status: { state: 'TASK_STATE_COMPLETED' } }),
      ),
    )
    bus.finished()
  },
  cancelTask: async () => undefined,
})
const rpc = new JsonRpcTransportHandler(requests)

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/.well-known/agent-card.json') {
    response.end(JSON.stringify(AgentCard.toJSON(card)))
    return
  }
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
  const answered = await rpc.handle(body, new ServerCallContext({ requestedVersion: '1.0' }))
  if (Symbol.asyncIterator in answered) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for await (const event of answered as AsyncIterable<unknown>) response.write(`data: ${JSON.stringify(event)}\n\n`)
    response.end()
  } else response.end(JSON.stringify(answered))
}

createServer((request, response) => void answer(request, response)).listen(port, '127.0.0.1', () =>
  console.log('listening'),
)

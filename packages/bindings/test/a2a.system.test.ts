import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  AgentCard,
  Message,
  SendMessageRequest,
  Task,
  TaskArtifactUpdateEvent,
  TaskState,
  TaskStatusUpdateEvent,
} from '@a2a-js/sdk'
import { ClientFactory, ClientFactoryOptions } from '@a2a-js/sdk/client'
import { TaskNotFoundError } from '@a2a-js/sdk/errors'
import { AgentEvent, DefaultRequestHandler, InMemoryPushNotificationStore, InMemoryTaskStore } from '@a2a-js/sdk/server'
import { exchangeTransportFactory, interfaceOf, serveA2A } from '../src/a2a/index.ts'
import { twoAgents } from './two-agents.ts'

const agents = await twoAgents()
const { server, client: own } = agents
after(() => agents.close())

const card = AgentCard.fromJSON({
  name: 'counter',
  version: '1',
  supportedInterfaces: [interfaceOf('server')],
  capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
  skills: [],
})
const callers: string[] = []
const stopped = new Set<string>()
let runs = 0
const executor: ConstructorParameters<typeof DefaultRequestHandler>[2] = {
  async execute({ userMessage, taskId, contextId, context }, bus) {
    runs++
    callers.push(context.user?.userName ?? '')
    const content = userMessage.parts[0]?.content
    const text = content?.$case === 'text' ? content.value : ''
    const status = (state: string): void =>
      bus.publish(
        AgentEvent.statusUpdate(
          TaskStatusUpdateEvent.fromJSON({ taskId, contextId, status: { state, timestamp: new Date().toISOString() } }),
        ),
      )
    if (text === 'hello') {
      bus.publish(
        AgentEvent.message(Message.fromJSON({ messageId: randomUUID(), role: 'ROLE_AGENT', parts: [{ text: 'hi' }] })),
      )
      return bus.finished()
    }
    bus.publish(AgentEvent.task(Task.fromJSON({ id: taskId, contextId, status: { state: 'TASK_STATE_WORKING' } })))
    const [count = 0, size = 1] = text.split(' ').map(Number)
    for (let at = 0; at < count; at++) {
      await pause(5)
      if (stopped.has(taskId)) break
      const artifact = { artifactId: 'out', parts: [{ text: String(at % 10).repeat(size) }] }
      bus.publish(
        AgentEvent.artifactUpdate(TaskArtifactUpdateEvent.fromJSON({ taskId, contextId, artifact, append: at > 0 })),
      )
    }
    status(stopped.has(taskId) ? 'TASK_STATE_CANCELED' : 'TASK_STATE_COMPLETED')
    bus.finished()
  },
  async cancelTask(taskId) {
    stopped.add(taskId)
  },
}
serveA2A(
  server,
  new DefaultRequestHandler(
    card,
    new InMemoryTaskStore(),
    executor,
    undefined,
    new InMemoryPushNotificationStore(),
    undefined,
    card,
  ),
)
const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
  transports: [exchangeTransportFactory(own)],
})
const client = await new ClientFactory(options).createFromAgentCard(card)
const ask = (text: string, messageId: string = randomUUID()): SendMessageRequest =>
  SendMessageRequest.fromJSON({ message: { messageId, role: 'ROLE_USER', parts: [{ text }] } })

describe('the A2A binding over exchanges', () => {
  test('answers SendMessage, and the executor knows the caller by the key of its session', async () => {
    const message = await client.sendMessage(ask('hello'))
    assert.ok('messageId' in message)
    assert.equal(callers.at(-1), own.id)
  })
  test('streams SendStreamingMessage in order, and ends with the task', async () => {
    let text = ''
    let last: TaskState | undefined
    for await (const { payload } of client.sendMessageStream(ask('50'))) {
      if (payload?.$case === 'statusUpdate') last = payload.value.status?.state
      const content = payload?.$case === 'artifactUpdate' ? payload.value.artifact?.parts[0]?.content : undefined
      if (content?.$case === 'text') text += content.value
    }
    assert.equal(text, '0123456789'.repeat(5))
    assert.equal(last, TaskState.TASK_STATE_COMPLETED)
  })
  test('carries an artifact of 10 MB', async () => {
    const task = await client.sendMessage(ask('1 10000000'))
    assert.ok('artifacts' in task)
    const content = task.artifacts[0]?.parts[0]?.content
    assert.equal(content?.$case === 'text' && content.value.length, 10_000_000)
  })
  test('knows GetTask, ListTasks, CancelTask and SubscribeToTask', async () => {
    const stream = client.sendMessageStream(ask('400'))
    const { value: first } = await stream.next()
    const id = first?.payload?.$case === 'task' ? first.payload.value.id : ''
    assert.equal((await client.getTask({ id, tenant: '' })).id, id)
    const { tasks } = await client.listTasks({ tenant: '', contextId: '', status: 0, pageToken: '' } as Parameters<
      typeof client.listTasks
    >[0])
    assert.ok(tasks.some((task) => task.id === id))
    const again = client.resubscribeTask({ id, tenant: '' })
    assert.equal((await again.next()).value?.payload?.$case, 'task')
    await client.cancelTask({ id, tenant: '', metadata: {} })
    let last: TaskState | undefined
    for await (const { payload } of again) if (payload?.$case === 'statusUpdate') last = payload.value.status?.state
    assert.equal(last, TaskState.TASK_STATE_CANCELED)
    await stream.return()
  })
  test('knows the four operations of push notifications, and the extended card', async () => {
    const task = await client.sendMessage(ask('1'))
    const taskId = 'status' in task ? task.id : ''
    const made = await client.createTaskPushNotificationConfig({
      tenant: '',
      id: 'c',
      taskId,
      url: 'https://example.com/hook',
      token: '',
      authentication: undefined,
    })
    assert.equal(
      (await client.getTaskPushNotificationConfig({ tenant: '', taskId, id: made.id })).url,
      'https://example.com/hook',
    )
    const listed = await client.listTaskPushNotificationConfig({ tenant: '', taskId, pageSize: 0, pageToken: '' })
    assert.equal(listed.configs.length, 1)
    await client.deleteTaskPushNotificationConfig({ tenant: '', taskId, id: made.id })
    assert.equal((await client.getAgentCard()).name, 'counter')
  })
  test('gives the errors of A2A as those of the SDK', async () => {
    await assert.rejects(client.getTask({ id: 'none', tenant: '' }), (error: Error) => {
      assert.ok(error instanceof TaskNotFoundError, error.name)
      return true
    })
  })
  test('executes a message once that is sent twice while it is under way', async () => {
    const before = runs
    const message = ask('20', 'twice')
    const [one, two] = await Promise.all([client.sendMessage(message), client.sendMessage(message)])
    assert.deepEqual(
      [one, two].map((task) => 'status' in task && task.id),
      [one, one].map((task) => 'status' in task && task.id),
    )
    assert.equal(runs, before + 1)
  })
  test('gives up when its caller does', async () => {
    const stop = new AbortController()
    const stream = client.sendMessageStream(ask('300'), { signal: stop.signal })
    await stream.next()
    stop.abort()
    await assert.rejects(async () => {
      for await (const event of stream) void event
    })
  })
})

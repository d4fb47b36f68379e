/**
 * A stock A2A client, with @a2a-js/sdk: of Vagus it knows the address in VAGUS_AGENTS_URL. It follows incidents, and orders
 * a line for a transfer that it is about to begin. In a fleet of yours: `vagus run --name planner --roster OWNER -- node planner.ts`.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { CancelTaskRequest, SendMessageRequest, type StreamResponse, TaskState } from '@a2a-js/sdk'
import { ClientFactory } from '@a2a-js/sdk/client'

const network = await new ClientFactory().createFromUrl(`${process.env['VAGUS_AGENTS_URL']}network/`)

/** The same message again is the same task, so a message id is kept with what it is for. */
const asking = (skill: string, data: object): SendMessageRequest =>
  SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ data }] },
    metadata: { request_type: skill, response_deadline: new Date(Date.now() + 60_000).toISOString() },
  })

const dataIn = ({ payload }: StreamResponse): Readonly<Record<string, unknown>> | undefined => {
  const parts = payload?.$case === 'artifactUpdate' ? (payload.value.artifact?.parts ?? []) : []
  return parts.flatMap(({ content }) => (content?.$case === 'data' ? [content.value] : []))[0]
}
const stateIn = ({ payload }: StreamResponse): TaskState | undefined =>
  payload?.$case === 'statusUpdate' || payload?.$case === 'task' ? payload.value.status?.state : undefined

// A long task: each incident is an artifact, and an update takes the place of what was told of it before.
let incidents = ''
let following: TaskState | undefined
const followed = (async () => {
  for await (const event of network.sendMessageStream(asking('incident', { least: 'medium', for: '1h' }))) {
    if (event.payload?.$case === 'task') incidents = event.payload.value.id
    following = stateIn(event) ?? following
    const told = dataIn(event)
    if (told !== undefined) console.log('incident', JSON.stringify(told))
  }
})()

// A task that ends: with the line, or with why not and what would be possible instead.
let line: unknown
let ordered: TaskState | undefined
const wish = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 20e6, for: '10m' }
for await (const event of network.sendMessageStream(asking('private-line', wish))) {
  ordered = stateIn(event) ?? ordered
  line ??= dataIn(event)?.['line']
}
assert.equal(ordered, TaskState.TASK_STATE_COMPLETED)
console.log(`${String(line)} is there: the transfer may begin`)

await network.sendMessage(asking('private-line', { release: line }))
await network.cancelTask(CancelTaskRequest.fromJSON({ id: incidents }))
await followed
assert.equal(following, TaskState.TASK_STATE_CANCELED)

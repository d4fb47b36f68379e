/** A stock A2A client, with @a2a-js/sdk: of Vagus it knows the address in VAGUS_AGENTS_URL. */
import assert from 'node:assert/strict'
import { SendMessageRequest, TaskState } from '@a2a-js/sdk'
import { ClientFactory } from '@a2a-js/sdk/client'

const client = await new ClientFactory().createFromUrl(`${process.env['VAGUS_AGENTS_URL']}counter/`)
const request = SendMessageRequest.fromJSON({
  message: { messageId: 'm-1', role: 'ROLE_USER', parts: [{ text: 'count' }] },
})
let counted = ''
let state: TaskState | undefined
for await (const { payload } of client.sendMessageStream(request)) {
  if (payload?.$case === 'statusUpdate') state = payload.value.status?.state
  const content = payload?.$case === 'artifactUpdate' ? payload.value.artifact?.parts[0]?.content : undefined
  if (content?.$case === 'text') counted += content.value
}
assert.equal(counted, '1 2 3 4 5 ')
assert.equal(state, TaskState.TASK_STATE_COMPLETED)
console.log(`counted ${counted}`)

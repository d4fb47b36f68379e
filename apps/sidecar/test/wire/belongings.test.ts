import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { a2aRequestOf } from '../../src/wire/a2a-request.ts'
import { belongingsOf, belongingsToldBy, belongingsToldIn } from '../../src/wire/belongings.ts'
import type { RequestHead } from '../../src/wire/http-exchange.ts'

const headOf = (more: Partial<RequestHead> = {}): RequestHead => ({
  method: 'POST',
  target: '/',
  headers: [],
  speech: 'a2a',
  ...more,
})
const asked = (head: RequestHead, content?: unknown) => {
  const body = content === undefined ? undefined : Buffer.from(JSON.stringify(content))
  return belongingsOf(head, body, body && a2aRequestOf(head, body))
}
const rpc = (method: string, params: object) => ({ jsonrpc: '2.0', id: 1, method, params })

describe('what a request belongs to', () => {
  for (const [title, head, content, words, kind] of [
    ['a new message', {}, rpc('SendMessage', { message: { messageId: 'm' } }), ['message:m'], 'begins'],
    [
      'a message in a context of the client',
      {},
      rpc('message/stream', { message: { messageId: 'm', contextId: 'c' } }),
      ['message:m', 'context:c'],
      'begins',
    ],
    [
      'a message to a task',
      {},
      rpc('SendMessage', { message: { messageId: 'm', contextId: 'c', taskId: 't' } }),
      ['task:t', 'message:m', 'context:c'],
      'continues',
    ],
    ['GetTask', {}, rpc('GetTask', { id: 't' }), ['task:t'], 'continues'],
    ['tasks/resubscribe of 0.3', {}, rpc('tasks/resubscribe', { id: 't' }), ['task:t'], 'continues'],
    [
      'a push configuration of 1.0',
      {},
      rpc('GetTaskPushNotificationConfig', { taskId: 't', id: 'p' }),
      ['task:t'],
      'continues',
    ],
    ['ListTasks of a context', {}, rpc('ListTasks', { contextId: 'c' }), ['context:c'], 'stands alone'],
    ['an extended card', {}, rpc('GetExtendedAgentCard', {}), [], 'stands alone'],
    [
      'a message over HTTP+JSON',
      { target: '/rest/message:send' },
      { message: { messageId: 'm', taskId: 't' } },
      ['task:t', 'message:m'],
      'continues',
    ],
    [
      'a task over HTTP+JSON',
      { method: 'GET', target: '/rest/tasks/t%2F1?historyLength=1' },
      undefined,
      ['task:t/1'],
      'continues',
    ],
    ['its cancellation', { target: '/tasks/t:cancel' }, {}, ['task:t'], 'continues'],
    ['tasks of a context', { method: 'GET', target: '/tasks?contextId=c' }, undefined, ['context:c'], 'stands alone'],
    [
      'tasks of another API, which may be anything',
      { method: 'GET', target: '/tasks/t', speech: 'http' },
      undefined,
      ['task:t'],
      'stands alone',
    ],
    [
      'a session of MCP',
      { speech: 'mcp', headers: [['Mcp-Session-Id', 's']] },
      rpc('tools/call', { id: 'x', taskId: 'y' }),
      ['session:s'],
      'continues',
    ],
    ['MCP without a session', { speech: 'mcp' }, rpc('tools/list', {}), [], 'stands alone'],
    [
      'a request with a key',
      { method: 'PUT', speech: 'http', headers: [['Idempotency-Key', 'k']] },
      {},
      ['key:k'],
      'stands alone',
    ],
  ] as const satisfies readonly (readonly [string, Partial<RequestHead>, unknown, readonly string[], string])[])
    test(title, () => assert.deepEqual(asked(headOf(head), content), { words, kind }))
})

describe('what an answer names', () => {
  const status = { state: 'TASK_STATE_WORKING' }
  for (const [title, answer, words] of [
    [
      'a task of 1.0',
      { jsonrpc: '2.0', id: 1, result: { task: { id: 't', contextId: 'c', status } } },
      ['task:t', 'context:c'],
    ],
    [
      'a task of 0.3',
      { jsonrpc: '2.0', id: 1, result: { kind: 'task', id: 't', contextId: 'c', status } },
      ['task:t', 'context:c'],
    ],
    ['a task over HTTP+JSON', { id: 't', contextId: 'c', status }, ['task:t', 'context:c']],
    ['an event', { result: { statusUpdate: { taskId: 't', contextId: 'c', status } } }, ['task:t', 'context:c']],
    ['a message, whose id is no task', { message: { messageId: 'm', contextId: 'c' } }, ['context:c']],
    ['tasks', { tasks: [{ id: 't', status }, 5, { id: 'u', status }] }, ['task:t', 'task:u']],
    ['an error', { jsonrpc: '2.0', id: 1, error: { code: -32_001 } }, []],
    ['what has an id and is no task', { id: 't', name: 'x' }, []],
  ] as const)
    test(title, () => assert.deepEqual(belongingsToldBy(JSON.stringify(answer)), words))
  test('a session of MCP in its head', () =>
    assert.deepEqual(
      belongingsToldIn([
        ['Content-Type', 'x'],
        ['mcp-session-id', 's'],
      ]),
      ['session:s'],
    ))
})

test('nothing that a program or an agent writes makes it throw', () => {
  const told = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .dictionary(
        fc.constantFrom('result', 'task', 'tasks', 'id', 'status', 'taskId', 'contextId', 'message'),
        fc.jsonValue(),
      )
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(told, fc.webPath(), fc.constantFrom('a2a', 'mcp', 'http'), (text, target, speech) => {
      for (const word of belongingsToldBy(text)) assert.match(word, /^(task|context):[^]/)
      const head = headOf({ target: target || '/', speech })
      const body = Buffer.from(text)
      for (const word of belongingsOf(head, body, a2aRequestOf(head, body)).words) assert.match(word, /^[a-z]+:[^]/)
    }),
  )
})

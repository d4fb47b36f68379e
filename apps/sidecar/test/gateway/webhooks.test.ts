import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkWebhooks, type Said, saidBy } from '../../src/gateway/webhooks.ts'
import type { HeaderFields } from '../../src/wire/header-fields.ts'
import { ProblemError } from '../../src/wire/problem.ts'

const json: HeaderFields = [['Content-Type', 'application/json']]
function said(body: unknown, target = '/', headers = json, method = 'POST'): Said {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return saidBy({ method, target, headers, speech: 'a2a' }, Buffer.from(text))
}
const url = 'https://hooks.example/x'
const params = (more: object): object => ({
  message: { messageId: 'm', parts: [{ url: 'https://file.example' }] },
  ...more,
})

describe('where a request from outside has agents send', () => {
  const asks: readonly (readonly [string, unknown, string?])[] = [
    ['of a task (1.0)', { jsonrpc: '2.0', method: 'CreateTaskPushNotificationConfig', params: { taskId: 't', url } }],
    ['of a task (0.3)', { method: 'tasks/pushNotificationConfig/set', params: { pushNotificationConfig: { url } } }],
    [
      'with a message (1.0)',
      { method: 'SendMessage', params: params({ configuration: { taskPushNotificationConfig: { url } } }) },
    ],
    [
      'in snake case',
      { method: 'SendMessage', params: params({ configuration: { task_push_notification_config: { url } } }) },
    ],
    [
      'in a batch',
      [{ method: 'message/send', params: params({ configuration: { pushNotificationConfig: { URL: url } } }) }],
    ],
    ['over HTTP', { url }, '/v1/tasks/t/pushNotificationConfigs'],
    [
      'with a sign that folds to a letter, as readers of Go take it',
      { method: 'SendMessage', params: params({ configuration: { 'pu\u017fhNotificationConfig': { url } } }) },
    ],
    ['over HTTP, at a path that servers read in several ways', { url }, '/v1/tasks/a%2fb/pushNotificationConfigs'],
    ['over HTTP, with a parameter in the path', { url }, '/v1/tasks/t/pushNotificationConfigs;x=y'],
    ['with a message over HTTP', params({ configuration: { taskPushNotificationConfig: { url } } }), '/message:send'],
  ]
  for (const [what, body, target] of asks)
    test(`is found ${what}`, () => assert.deepEqual(said(body, target).webhooks, [url]))
  test('is not what files are read from', () =>
    assert.deepEqual(said({ method: 'SendMessage', params: params({}) }).webhooks, []))

  const named = ['hooks.example', 'other.example:8443']
  const taken = (text: string): boolean => {
    try {
      checkWebhooks({ isStream: false, webhooks: [text] }, named)
      return true
    } catch {
      return false
    }
  }
  test('is a host that the operator named, over https', () => {
    for (const good of [url, 'https://HOOKS.example/', 'https://other.example:8443/x']) assert.ok(taken(good), good)
    for (const bad of [
      'http://hooks.example/',
      'https://hooks.example:8443/',
      'https://other.example/',
      'https://x@hooks.example/',
      'https://hooks.example.evil.example/',
      'https://169.254.169.254/',
      'file:///etc/passwd',
      'no URL',
      // Python's urllib and httpx call the host behind the @.
      'https://hooks.example\\@169.254.169.254/',
      'https:\\\\hooks.example/',
      'https://hooks.example?@169.254.169.254/',
      'https://hooks.example#@169.254.169.254/',
      'https:hooks.example/',
      'https:///hooks.example/',
      ' https://hooks.example/',
      'https://hooks.exam\tple/',
      'https://hooks.example/\r\nHost: x',
      'https://hooks\u3002example/',
      'https://%68ooks.example/',
    ])
      assert.ok(!taken(bad), bad)
  })

  const refused: readonly (readonly [string, string | object, HeaderFields])[] = [
    [
      'with a method that some servers do not see',
      { Method: 'CreateTaskPushNotificationConfig', params: { url } },
      json,
    ],
    ['with a member twice', '{"method":"x","method":"SendMessage"}', json],
    ['compressed', '{}', [...json, ['Content-Encoding', 'gzip']]],
    ['no JSON, but said to be', 'x', json],
    ['almost JSON', '{"url": NaN}', [['Content-Type', 'text/plain']]],
    ['almost JSON, far behind', `${' '.repeat(300)}{"url": NaN}`, [['Content-Type', 'text/plain']]],
    ['in UTF-16', '\u0000{\u0000}', []],
  ]
  for (const [what, body, headers] of refused)
    test(`is not guessed from content that is ${what}`, () =>
      assert.throws(
        () => said(body, '/', headers),
        (error) => error instanceof ProblemError && error.reason === 'bad-request',
      ))

  test('is found wherever the configuration stands, and nothing else is thrown than problems', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'params', 'configuration', 'x'), { maxLength: 8 }), (way) => {
        const body = way.reduceRight<object>((inner, name) => ({ [name]: inner }), { pushNotificationConfig: { url } })
        assert.deepEqual(said(body).webhooks, [url])
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          said(text)
        } catch (error) {
          assert.ok(error instanceof ProblemError)
        }
      }),
    )
  })
})

test('streams are told before anything is sent', () => {
  assert.equal(said({ method: 'SendStreamingMessage' }).isStream, true)
  assert.equal(said({ method: 'tasks/resubscribe' }).isStream, true)
  assert.equal(said({}, '/message:stream').isStream, true)
  assert.equal(said({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen' }, '/mcp').isStream, true)
  assert.equal(said('', '/mcp', [['accept', 'text/event-stream']], 'GET').isStream, true)
  assert.equal(
    said({ method: 'tools/call' }, '/mcp', [...json, ['Accept', 'application/json, text/event-stream']]).isStream,
    false,
  )
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SendMessageRequest } from '@a2a-js/sdk'
import type { Agent, Exchange, Message } from '@vagus/agent'
import { ExchangeTransport } from '../src/a2a/index.ts'

/** An agent whose other side takes one piece of a request and answers nothing until the exchange is cancelled. */
function silent() {
  const cancelled = Promise.withResolvers<never>()
  cancelled.promise.catch(() => undefined)
  const begun = Promise.withResolvers<void>()
  const told = { reason: '' }
  let sent = 0
  async function* messages(): AsyncGenerator<Message, undefined> {
    yield await cancelled.promise
    return undefined
  }
  const exchange: Pick<Exchange, 'sent' | 'state' | 'send' | 'end' | 'cancel' | 'messages'> = {
    get sent() {
      return sent
    },
    get state() {
      return told.reason === '' ? 'open' : 'cancelled'
    },
    async send() {
      begun.resolve()
      return sent++ === 0 ? sent : cancelled.promise
    },
    end: async () => undefined,
    cancel(reason) {
      told.reason = reason
      cancelled.reject(new Error(reason))
    },
    messages,
  }
  const agent: Pick<Agent, 'call'> = { call: async () => exchange as Exchange }
  return { transport: new ExchangeTransport(agent, 'server'), told, begun: begun.promise }
}
const ask = (octets: number): SendMessageRequest =>
  SendMessageRequest.fromJSON({ message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x'.repeat(octets) }] } })

describe('a message over an exchange', () => {
  test('is given up in the middle of its request, and only the caller is told', async () => {
    const { transport, told, begun } = silent()
    const stop = new AbortController()
    const asked = transport.sendMessage(ask(1_000_000), { signal: stop.signal })
    await begun
    stop.abort(new Error('enough'))
    await assert.rejects(asked, /enough/)
    assert.equal(told.reason, 'its program cancelled it')
  })
  test('is given up right after the call', async () => {
    const { transport, told } = silent()
    const stop = new AbortController()
    const asked = transport.sendMessage(ask(10), { signal: stop.signal })
    stop.abort(new Error('enough'))
    await assert.rejects(asked, /enough/)
    assert.equal(told.reason, 'its program cancelled it')
  })
  test('is not streamed to two readers, of which each would get a part and either could cancel it', async () => {
    const { transport, told, begun } = silent()
    const stop = new AbortController()
    const first = transport.sendMessageStream(ask(10), { signal: stop.signal }).next()
    await begun
    await assert.rejects(transport.sendMessageStream(ask(10)).next(), /is read already/)
    assert.equal(told.reason, '')
    stop.abort(new Error('enough'))
    await assert.rejects(first, /enough/)
  })
})

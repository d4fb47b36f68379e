import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExchangeHandler, ServedExchange } from '@vagus/agent'
import { newsProtocol, type SouthboundNews } from '@vagus/api/southbound'
import { takeNews } from '../../src/own-agent/take-news.ts'

const news: SouthboundNews = { apiVersion: 'vagus/v1', kind: 'SouthboundNews', device: 'x', commits: [], attempts: [] }

function scene() {
  const told: string[] = []
  let handler: ExchangeHandler | undefined
  const serve = (protocol: string, given: ExchangeHandler): void => {
    assert.equal(protocol, newsProtocol)
    handler = given
  }
  takeNews({ serve }, (id) => id !== 'stranger', {
    told: (id, _, kind) => void told.push(`${id} ${kind}`),
    silent: (id) => void told.push(`${id} silent`),
  })
  const exchange = (id: string) => {
    const texts: PromiseWithResolvers<string | undefined>[] = [Promise.withResolvers()]
    async function* messages() {
      for (let at = 0; ; at++) {
        const text = await texts[at]!.promise
        if (text === undefined) return
        yield { cursor: at + 1, octets: Buffer.from(text) }
      }
    }
    const served = { peer: { identity: { id } }, messages } as unknown as ServedExchange
    const over = handler!.handle(served).then(
      () => 'ended',
      (error: Error) => error.message,
    )
    const send = async (text: string | undefined): Promise<void> => {
      texts.push(Promise.withResolvers())
      texts.at(-2)!.resolve(text)
      await new Promise(setImmediate)
    }
    return { over, send }
  }
  return { told, exchange }
}

test('the first message of an exchange says all, the others changes; its end is silence', async () => {
  const { told, exchange } = scene()
  const one = exchange('device')
  await one.send(JSON.stringify(news))
  await one.send(JSON.stringify(news))
  await one.send(undefined)
  assert.equal(await one.over, 'ended')
  assert.deepEqual(told, ['device all', 'device changes', 'device silent'])
})

test('a later exchange takes the place of the one before', async () => {
  const { told, exchange } = scene()
  const [before, after] = [exchange('device'), exchange('device')]
  await before.send(JSON.stringify(news))
  await after.send(JSON.stringify(news))
  await before.send(JSON.stringify(news))
  assert.match(await before.over, /another exchange/)
  assert.deepEqual(told, ['device all', 'device all'])
})

test('whoever is no device, or tells anything else, is refused', async () => {
  const { told, exchange } = scene()
  const stranger = exchange('stranger')
  await stranger.send(JSON.stringify(news))
  assert.match(await stranger.over, /is not the agent of a device here/)
  for (const text of ['{', '{}', JSON.stringify({ ...news, commits: Array.from({ length: 1000 }, () => null) })]) {
    const one = exchange('device')
    await one.send(text)
    assert.match(await one.over, /no SouthboundNews/)
  }
  assert.deepEqual(told, ['device silent', 'device silent', 'device silent'])
})

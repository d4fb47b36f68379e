import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { EventList, Problem } from '@vagus/api'
import { sentenceOf } from '@vagus/api'
import { type IntentList, intentListSchema, intentResourceSchema } from '@vagus/api/intent'
import { intentPlacesSchema } from '@vagus/api/intent-places'
import { type ControllerProcess, newFolder, startProcess } from '../support/controller-process.ts'
import { intentOf, setOf } from '../support/intent-set.ts'
import { idOf } from '../support/roster.ts'

const now = Date.now()
const first = setOf(now, { epoch: 1, intents: [intentOf('launch', { type: 'freeze' })] })
const second = setOf(now, {
  epoch: 2,
  before: first,
  intents: [intentOf('nights', { type: 'freeze' }, { when: { from: now + 86_400_000 } })],
})

describe('intents at a controller', () => {
  const place = newFolder(`access: { owners: [{ name: acme, id: '${idOf(50)}' }] }\nintents: { owner: acme }\n`)
  let controller: ControllerProcess
  before(async () => (controller = await startProcess(place.folder)))
  after(async () => {
    await controller?.end('SIGTERM')
    place.remove()
  })

  const ask = (path = '', init: RequestInit = {}) => fetch(`${controller.base}/v1/intents${path}`, init)
  const put = (body: string) => ask('', { method: 'PUT', body, headers: { 'content-type': 'application/jose' } })
  const list = async (): Promise<IntentList> => intentListSchema.parse(await controller.json('/v1/intents'))
  const detailOf = async (answer: Response): Promise<string> => ((await answer.json()) as Problem).detail!

  test('are none before their owner has published some, and nobody else can', async () => {
    const { epoch, standing, owner } = await list()
    assert.deepEqual([epoch, standing, owner], [0, 'none', idOf(50)])
    const foreign = await put(setOf(now, { epoch: 1, first: 60 }).jws)
    assert.equal(foreign.status, 400)
    assert.match(await detailOf(foreign), /^the intents are of did:key:.*, not of /)
    assert.equal((await ask('', { method: 'DELETE' })).status, 405)
    intentPlacesSchema.parse(await controller.json('/v1/intent-places'))
  })

  test('are taken as signed, whoever brings them, and given back so', async () => {
    assert.equal((await put(first.jws)).status, 201)
    assert.equal((await put(first.jws)).status, 200)
    const signed = await ask('', { headers: { accept: 'application/jose' } })
    assert.deepEqual([signed.headers.get('content-type'), await signed.text()], ['application/jose', first.jws])
    const one = intentResourceSchema.parse(await controller.json('/v1/intents/launch'))
    assert.deepEqual([one.epoch, one.goal, one.state, one.reports], [1, { type: 'freeze' }, 'active', []])
    assert.match(await detailOf(await ask('/lunch')), /there is no intent "lunch"/)
  })

  test('never go back, and are the same after kill -9', async () => {
    assert.equal((await put(second.jws)).status, 200)
    await controller.end('SIGKILL')
    controller = await startProcess(place.folder)
    const { epoch, hash, items } = await list()
    assert.deepEqual([epoch, hash], [2, second.hash])
    assert.deepEqual(
      items.map(({ name, state }) => [name, state]),
      [['nights', 'translated']],
    )
    const older = await put(first.jws)
    assert.equal(older.status, 409)
    assert.match(await detailOf(older), /epoch 1 is below 2/)
    const { items: events } = await controller.json<EventList>('/v1/events?topics=intent')
    assert.deepEqual(events.map(sentenceOf), [
      'acme published its intents, epoch 1: 1 added (launch)',
      'acme published its intents, epoch 2: 1 added (nights), 1 withdrawn (launch)',
    ])
    assert.match(await (await fetch(`${controller.base}/metrics`)).text(), /^vagus_intents_epoch 2$/m)
  })

  test('that are not to be believed make their source wait', async () => {
    const answers = []
    for (let times = 0; times < 12; times++) answers.push((await put(`${second.jws.slice(0, -4)}AAAA`)).status)
    assert.equal(answers[0], 400)
    assert.equal(answers.at(-1), 429)
  })
})

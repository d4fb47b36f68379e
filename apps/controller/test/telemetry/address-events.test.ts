import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AddressNews } from '@vagus/api/telemetry'
import { AddressEvents } from '../../src/telemetry/address-events.ts'

const item = (number: number, what: AddressNews['items'][number]['what']): AddressNews['items'][number] => ({
  number,
  at: '2026-11-26T03:00:00.000Z',
  what,
  address: 'fd00:77::1',
  agent: 'did:key:z6MkRobot',
  interface: 'eth3',
  nextHop: '2001:db8:1::2',
  sequence: number,
})
const news = (items: AddressNews['items'], startedAt = '2026-11-26T02:00:00.000Z'): AddressNews => ({
  apiVersion: 'vagus/v1',
  kind: 'AddressNews',
  device: 'pe-1',
  startedAt,
  items,
})

test('what is new since the answer before is told, with who signed it, and what is old is not', () => {
  const events = new AddressEvents()
  assert.deepEqual(events.take(news([item(1, 'attached')])), [])
  const told = events.take(news([item(1, 'attached'), item(2, 'moved'), item(3, 'attached')]))
  assert.deepEqual(
    told.map(({ event, subject, by }) => [event, subject, by?.id]),
    [
      ['address.moved', 'pe-1', undefined],
      ['address.attached', 'pe-1', 'did:key:z6MkRobot'],
    ],
  )
  assert.deepEqual(events.take(news([item(2, 'moved'), item(3, 'attached')])), [])
})

test('an agent that was started again begins to count anew', () => {
  const events = new AddressEvents()
  events.take(news([item(1, 'attached'), item(2, 'held')]))
  const told = events.take(news([item(1, 'lapsed')], '2026-11-26T02:30:00.000Z'))
  assert.deepEqual(
    told.map(({ event }) => event),
    ['address.lapsed'],
  )
})

test('a device that is gone from the configuration is forgotten', () => {
  const events = new AddressEvents()
  events.take(news([item(1, 'attached')]))
  events.keep(new Set())
  assert.deepEqual(events.take(news([item(2, 'moved')])), [])
})

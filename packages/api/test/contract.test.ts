import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, controller, operator } from '../src/actor.ts'
import { type JsonSchema } from '../src/config-json-schema.ts'
import {
  configJsonSchema,
  configSchema,
  eventSchema,
  type EventName,
  sentenceOf,
  sentences,
  topics,
} from '../src/index.ts'

describe('vagus.yaml', () => {
  test('an empty file is a whole configuration that listens on loopback only', () => {
    const config = configSchema.parse({})
    assert.ok([config.listen, ...config.flow.listen].every((listen) => listen.startsWith('127.0.0.1:')))
  })

  test('every key says what it means', () => {
    const silent = (schema: JsonSchema, path: string): string[] =>
      Object.entries((schema.items?.properties === undefined ? schema : schema.items).properties ?? {}).flatMap(
        ([name, inner]) => [
          ...(inner.description === undefined ? [`${path}${name}`] : []),
          ...silent(inner, `${path}${name}.`),
        ],
      )
    assert.deepEqual(silent(configJsonSchema(), ''), [])
  })

  const rejects: readonly { name: string; input: unknown; path: string; says: RegExp }[] = [
    { name: 'a key that is none', input: { domian: 'x' }, path: '', says: /domian/ },
    {
      name: 'a duration without a unit',
      input: { store: { raw: '24' } },
      path: 'store.raw',
      says: /number and s, m, h or d/,
    },
    { name: 'a time of nothing', input: { store: { raw: '00s' } }, path: 'store.raw', says: /must be above 0/ },
    {
      name: 'a socket buffer that the kernel takes for none',
      input: { flow: { receiveBuffer: 2 ** 31 } },
      path: 'flow.receiveBuffer',
      says: /1073741823/,
    },
    {
      name: 'a device name with a blank',
      input: { devices: [{ name: 'pe 1', role: 'edge', address: '10.0.0.1' }] },
      path: 'devices.0.name',
      says: /a-z/,
    },
    {
      name: 'a prefix without a length',
      input: { sites: [{ name: 'x', prefixes: ['10.0.0.0'] }] },
      path: 'sites.0.prefixes.0',
      says: /./,
    },
    {
      name: 'a capacity of nothing',
      input: { links: [{ name: 'x', a: { node: 'a' }, z: { node: 'b' }, capacity: 0 }] },
      path: 'links.0.capacity',
      says: />\s?0/,
    },
  ]
  for (const { name, input, path, says } of rejects) {
    test(`refuses ${name}, and says where`, () => {
      const issue = configSchema.safeParse(input).error?.issues[0]
      assert.ok(issue)
      assert.equal(issue.path.join('.'), path)
      assert.match(issue.message, says)
    })
  }
})

describe('events', () => {
  test('a sentence takes its fields, and shows a missing one as a question mark', () => {
    assert.equal(
      sentenceOf({ event: 'exporter.silent', fields: { device: 'pe-1', seconds: 31 } }),
      'pe-1 has exported nothing for 31 s',
    )
    assert.equal(
      sentenceOf({ event: 'exporter.silent', fields: { device: 'pe-1' } }),
      'pe-1 has exported nothing for ?',
    )
  })

  test('a sentence names who caused it, once', () => {
    const released = (because: string, by: Actor): string =>
      sentenceOf({ event: 'line.released', fields: { line: 'line-1', because }, by })
    const robot: Actor = { kind: 'agent', id: 'did:key:z6MkrJV', name: 'robot' }
    assert.equal(released('its path failed', operator), 'Line line-1 has ended: its path failed (by operator)')
    assert.equal(released('robot released it', robot), 'Line line-1 has ended: robot released it')
    assert.equal(
      sentenceOf({
        event: 'steering.approved',
        fields: { id: 'transit-1', by: 'vagus itself', seconds: 60, what: 'x' },
        by: controller,
      }),
      'Proposal transit-1 is approved by vagus itself for 1m: x',
    )
  })

  test('a sentence says a time as every other figure does', () => {
    const gap = (milliseconds: number): string =>
      sentenceOf({ event: 'session.gap', fields: { agent: 'a', peer: 'b', milliseconds } })
    assert.equal(gap(310), 'a heard nothing from b for 310 ms')
    assert.equal(gap(61_400), 'a heard nothing from b for 1m 01s')
    assert.equal(
      sentenceOf({ event: 'exporter.resumed', fields: { device: 'pe-1', seconds: 7500 } }),
      'pe-1 exports again after 2h 05m',
    )
  })

  test('a sentence counts in words that fit the number', () => {
    const started = (devices: number): string =>
      sentenceOf({ event: 'controller.started', fields: { version: '1', devices } })
    assert.equal(started(1), 'Controller 1 started, 1 device configured')
    assert.equal(started(0), 'Controller 1 started, 0 devices configured')
  })

  test('of every first word that there is can be asked for', () => {
    const words = new Set(Object.keys(sentences).map((name) => name.slice(0, name.indexOf('.'))))
    assert.deepEqual([...words].sort(), topics.filter((topic) => topic !== 'status').sort())
  })

  test('every name that has a sentence is an event, and no other is', () => {
    const event = { id: 1, at: '2026-01-01T00:00:00Z', severity: 'info', subject: 'x', fields: {} }
    for (const name of Object.keys(sentences) as EventName[])
      assert.ok(eventSchema.safeParse({ ...event, event: name }).success, name)
    assert.ok(!eventSchema.safeParse({ ...event, event: 'exporter.exploded' }).success)
  })
})

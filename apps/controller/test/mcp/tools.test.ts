import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dimensions, topics } from '@vagus/api'
import { inputOf, outputOf } from '../../src/mcp/json-schema.ts'
import { memberTools } from '../../src/mcp/member-tools.ts'
import { annotationsOf, argumentsOf, type Tool, viewOf } from '../../src/mcp/tool.ts'
import { tools } from '../../src/mcp/tools.ts'

const tool = (name: string) => tools.find((one) => one.name === name)!

/** What is listed may be as long as the last one: a model pays for it in every conversation, answered or not. */
for (const [whose, all, maxListOctets] of [
  ['the tools', tools, 33_800],
  ['the tools for members of the fleet', memberTools, 39_500],
] as const)
  describe(whose, () => {
    test('have names that every client accepts, and words of their own', () => {
      for (const { name } of all) assert.match(name, /^network_[a-z0-9_]{1,56}$/)
      for (const key of ['name', 'title', 'description'] as const)
        assert.equal(new Set(all.map((one) => one[key])).size, all.length)
    })

    test('say in a short first line what they answer', () => {
      for (const { name, description } of all) {
        const [first, ...more] = description.split('\n')
        assert.ok(first!.endsWith('.') && first!.length <= 140 && more.length === 1, name)
      }
    })

    test('name in their descriptions only tools that there are', () => {
      for (const { name, description } of all)
        for (const [other] of description.matchAll(/\bnetwork_\w+/g))
          assert.ok(
            all.some((one) => one.name === other),
            `${name}: ${other}`,
          )
    })

    test('are listed in few octets', () => {
      const octets = Buffer.byteLength(JSON.stringify({ tools: all.map(listed) }))
      assert.ok(octets <= maxListOctets, `${octets} octets`)
    })
  })

const listed = (one: Tool) => ({
  name: one.name,
  title: one.title,
  description: one.description,
  inputSchema: inputOf(one),
  annotations: annotationsOf(one),
  outputSchema: outputOf(one),
})

test('members have all that only reads, and what changes something is not at the open /mcp', () => {
  const names = (some: readonly Tool[]): readonly string[] => some.map(({ name }) => name).sort()
  const own = ['network_line', 'network_line_change', 'network_line_order', 'network_line_release']
  assert.deepEqual(names(memberTools), [...names(tools), ...own].sort())
  assert.ok(tools.every(({ effect }) => effect === undefined))
  assert.ok(tools.every(({ route }) => route.method === 'get' || route.path === '/v1/line-quotes'))
})

describe('the arguments of a tool', () => {
  test('are the query of the API, with fewer items by default', () => {
    const { type, properties, additionalProperties, required } = inputOf(tool('network_top_flows')) as {
      readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>
      readonly [keyword: string]: unknown
    }
    assert.deepEqual([type, additionalProperties, required], ['object', false, undefined])
    assert.deepEqual(Object.keys(properties).sort(), ['by', 'filter', 'from', 'last', 'n', 'to'])
    assert.match(properties['by']!['description'] as string, new RegExp(dimensions.join(', ')))
    assert.deepEqual(
      { ...properties['n'], description: undefined },
      { description: undefined, type: 'integer', default: 10, minimum: 1, maximum: 1000 },
    )
    assert.deepEqual(properties['from'], { description: 'start of the window', type: 'string', format: 'date-time' })
    assert.match(JSON.stringify(inputOf(tool('network_events'))), new RegExp(topics.join(', ')))
  })

  test('have parameters of the path beside the query, and they must be there', () => {
    const load = inputOf(tool('network_link_load'))
    assert.deepEqual([Object.keys(load['properties'] as object), load['required']], [['name', 'last'], ['name']])
    assert.deepEqual(argumentsOf(tool('network_link_load')).safeParse({}).success, false)
    assert.deepEqual(argumentsOf(tool('network_link_load')).parse({ name: 'a' }), { name: 'a', last: '15m' })
  })

  test('choose from lists that are answered whole, by what there is instead of n', () => {
    for (const one of tools) {
      const { properties } = inputOf(one) as { readonly properties: object }
      const isWhole = one.shape.type === 'whole-list'
      assert.equal('match' in properties && 'skip' in properties, isWhole, one.name)
      assert.ok(!(isWhole && 'n' in properties), one.name)
    }
  })
})

describe('the schema of an answer', () => {
  test('is that of the resource: a property that there is, or may be, in types and values', () => {
    const { type, properties } = outputOf(tool('network_links')) as {
      readonly type: string
      readonly properties: object
    }
    const load = {
      properties: Object.fromEntries(
        ['bitsPerSecond', 'utilisation', 'now', 'coverage'].map((key) => [key, { type: ['number', 'null'] }]),
      ),
    }
    const end = { properties: { node: { type: 'string' }, interface: { type: ['string', 'null'] } } }
    assert.equal(type, 'object')
    assert.deepEqual(properties, {
      cut: { type: 'string' },
      window: {
        properties: { from: { type: 'string' }, to: { type: 'string' }, seconds: { type: 'number' } },
      },
      items: {
        items: {
          properties: {
            name: { type: 'string' },
            a: end,
            z: end,
            capacity: { type: 'number' },
            state: { enum: ['up', 'down', 'unknown'] },
            aToZ: load,
            zToA: load,
            expected: {
              properties: {
                utilisation: { type: 'number' },
                by: { type: 'string' },
                aToZ: { type: ['number', 'null'] },
                zToA: { type: ['number', 'null'] },
              },
            },
          },
        },
      },
    })
  })

  test('has properties whose names are keywords of JSON Schema', () => {
    const { items } = (outputOf(tool('network_events')) as { properties: { items: { items: { properties: object } } } })
      .properties
    assert.deepEqual(Object.keys(items.items.properties), [
      'id',
      'at',
      'event',
      'severity',
      'subject',
      'trace',
      'by',
      'sentence',
    ])
  })
})

test('an event is told in its sentence, without its fields', () => {
  const at = '2026-11-27T03:00:00Z'
  const fields = { link: 'uplink', device: 'pe-1', interface: 'eth0' }
  const event = { id: 7, at, event: 'link.down', severity: 'error', subject: 'uplink', fields }
  const list = { apiVersion: 'vagus/v1', kind: 'EventList', items: [event] }
  const { fields: _, ...others } = event
  assert.deepEqual(viewOf(tool('network_events'), list), {
    items: [{ ...others, sentence: 'Link uplink is down (pe-1 eth0)' }],
  })
})

test('what is not as the schema of the API says is shown all the same, as the API shows it', () => {
  const odd = { window: { from: 'yesterday' }, items: [{ name: 7 }] }
  assert.deepEqual(viewOf(tool('network_links'), { apiVersion: 'vagus/v1', kind: 'LinkList', ...odd }), odd)
})

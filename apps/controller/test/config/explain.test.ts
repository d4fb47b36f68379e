import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import { changesOf, inUseAfter } from '../../src/config/changes.ts'
import { formatHttpEndpoint, parseHttpEndpoint } from '../../src/config/endpoint.ts'
import { explainKey } from '../../src/config/explain.ts'
import { loadConfigText } from '../../src/config/load.ts'

describe('explainKey', () => {
  test('says meaning, type, default, variable, value and where the value came from', () => {
    const loaded = loadConfigText('flow: { silentAfter: 10s }', { environment: {} })
    const explained = explainKey('flow.silentAfter', loaded)
    assert.equal(explained?.default, '90s')
    assert.equal(explained?.value, '10s')
    assert.equal(explained?.origin, 'vagus.yaml')
    assert.equal(explained?.environment, 'VAGUS_FLOW_SILENT_AFTER')
    assert.match(explained?.description ?? '', /silent/)
  })

  test('goes below lists, where only the file can set', () => {
    const explained = explainKey('devices[0].samplingRate')
    assert.equal(explained?.key, 'devices.samplingRate')
    assert.match(explained?.type ?? '', /^integer, above 0/)
    assert.equal(explained?.environment, undefined)
  })

  test('says that rates take units', () =>
    assert.match(explainKey('links.capacity')!.type, /^bits per second above 0, .* such as 1G$/))

  test('says what must be there', () => {
    const keys = ['links', 'links.capacity', 'links.a.node', 'links.a.interface', 'bgp', 'bgp.listen', 'flow.listen']
    assert.deepEqual(
      keys.filter((key) => explainKey(key)!.required),
      ['links.capacity', 'links.a.node', 'bgp.listen'],
    )
  })

  test('names the keys below', () => assert.ok(explainKey('flow')?.keys.includes('flow.listen')))

  test('knows no other key', () => assert.equal(explainKey('flow.silent'), undefined))
})

describe('changesOf', () => {
  test('names what differs and what of it needs a restart', () => {
    const before = configSchema.parse({})
    const after = configSchema.parse({
      domain: 'metro',
      listen: '127.0.0.1:1',
      hosts: ['vagus.example'],
      flow: { silentAfter: '5s' },
    })
    assert.deepEqual(changesOf(before, after), {
      changed: ['domain', 'listen', 'hosts', 'flow.silentAfter'],
      restart: ['domain', 'listen', 'hosts'],
    })
    assert.deepEqual(changesOf(before, before).changed, [])
  })

  test('sees a key that was left out and then given, and the other way round', () => {
    const without = configSchema.parse({})
    const given = configSchema.parse({ as: 64_512, bgp: { listen: '192.0.2.10:1790' } })
    assert.deepEqual(changesOf(without, given), { changed: ['as', 'bgp'], restart: ['as', 'bgp'] })
    assert.deepEqual(changesOf(given, without), { changed: ['as', 'bgp'], restart: ['as', 'bgp'] })
    assert.equal(inUseAfter(without, given).bgp, undefined)
  })
})

test('what needs a restart stays in use as it was started, and is named again', () => {
  const started = configSchema.parse({})
  const next = configSchema.parse({
    domain: 'metro',
    as: 64_512,
    listen: '127.0.0.1:1',
    hosts: ['vagus.example'],
    lines: { block: 'fd00:c::/32' },
    home: '/srv/vagus',
    bgp: { listen: '127.0.0.1:179' },
    grasp: { interfaces: ['eth0'] },
    flow: { listen: ['127.0.0.1:2'], receiveBuffer: 1_000_000, silentAfter: '5s' },
    store: { raw: '1h', minute: '2h', fiveMinutes: '3h', hour: '4h', maxOctets: 1_000_000_000 },
  })
  const inUse = inUseAfter(started, next)
  assert.deepEqual(changesOf(started, inUse).changed, ['flow.silentAfter'])
  const { changed, restart } = changesOf(inUse, next)
  assert.deepEqual([changed.length, restart], [15, changed])
})

test('endpoints are read and written alike', () => {
  for (const text of ['127.0.0.1:7600', '[::1]:0', 'unix:/run/vagus/api']) {
    assert.equal(formatHttpEndpoint(parseHttpEndpoint(text)), text)
  }
  assert.throws(() => parseHttpEndpoint(`unix:/${'x'.repeat(107)}`), /1..107 octets/)
  assert.throws(() => parseHttpEndpoint('127.0.0.1:65536'), /must be ADDRESS:PORT/)
})

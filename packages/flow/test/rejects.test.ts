/** Malformed datagrams: the problem reported, and that nothing after the fault is used. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  concat,
  exporterAt,
  hex,
  ipfix,
  netflow5,
  netflow5Record,
  netflow9,
  number,
  plainFields,
  plainRecord,
  set,
  template,
} from './datagrams.ts'
import { collectRows } from './rows.ts'

const good = set(2, template(256, plainFields))
const data = set(256, plainRecord(1))
const long = Array.from({ length: 513 }, () => [8, 4] as const)
const sflowHeader = hex('00000005 00000001 0a000001 00000000 00000001 00000001')

const rejects = [
  { name: 'an empty datagram', octets: hex(''), problem: 'octet 0: a datagram of 0 octets', rows: 0 },
  {
    name: 'an unassigned version',
    octets: hex('000b 0000 0000'),
    problem: 'octet 0: version 11; supported are NetFlow 5 and 9, IPFIX (10) and sFlow 5',
    rows: 0,
  },
  { name: 'text', octets: new TextEncoder().encode('GET / HTTP/1.1'), problem: /^octet 0: version 18245;/, rows: 0 },
  {
    name: 'NetFlow v5 cut inside its header',
    octets: netflow5({}, netflow5Record).subarray(0, 20),
    problem: 'octet 20: cut inside the NetFlow v5 header of 24 octets',
    rows: 0,
  },
  {
    name: 'NetFlow v5 cut inside its second record',
    octets: netflow5({}, netflow5Record, netflow5Record).subarray(0, 100),
    problem: 'octet 2: 2 records stated, but the datagram holds 1',
    rows: 1,
  },
  {
    name: 'NetFlow v9 cut inside its header',
    octets: hex('0009 0001'),
    problem: 'octet 4: cut inside the header of 20 octets',
    rows: 0,
  },
  {
    name: 'IPFIX cut inside its header',
    octets: hex('000a 0010'),
    problem: /^octet 4: cut inside the header of 16/,
    rows: 0,
  },
  {
    name: 'an IPFIX message longer than its datagram',
    octets: ipfix({}, good, data, data).subarray(0, -5),
    problem: /^octet 2: a message of \d+ octets in a datagram of \d+$/,
    rows: 1,
  },
  {
    name: 'an IPFIX message of fewer octets than its header',
    octets: concat(hex('000a 000f'), ipfix({}, good, data).subarray(4)),
    problem: 'octet 2: a message of 15 octets; its header alone has 16',
    rows: 0,
  },
  {
    name: 'a set of three octets',
    octets: ipfix({}, good, data, hex('0100 0003 00')),
    problem: /^octet \d+: a set of 3 octets; its header alone has 4$/,
    rows: 1,
  },
  {
    name: 'a set that ends beyond its message',
    octets: ipfix({}, good, concat(hex('0100 00ff'), plainRecord(1), plainRecord(2))),
    problem: /^octet \d+: a set that ends at octet \d+ in a message of \d+ octets$/,
    rows: 2,
  },
  {
    name: 'a template cut inside its fields',
    octets: ipfix({}, set(2, template(256, plainFields).subarray(0, 13))),
    problem: /^octet \d+: 2 octets wanted, 1 left$/,
    rows: 0,
  },
  {
    name: 'a template with the id of a template set',
    octets: ipfix({}, set(2, template(255, plainFields))),
    problem: 'octet 20: template id 255; must be 256..65535',
    rows: 0,
  },
  {
    name: 'a template of 513 fields',
    octets: ipfix({}, set(2, template(256, long))),
    problem: 'octet 22: a template of 513 fields; the limit is 512',
    rows: 0,
  },
  {
    name: 'a NetFlow v9 template without fields',
    octets: netflow9({}, set(0, template(256, []))),
    problem: 'octet 26: template 256 has no fields; must have at least 1',
    rows: 0,
  },
  {
    name: 'an options template without scope (RFC 7011 §3.4.2.2)',
    octets: ipfix({}, set(3, hex('0101 0001 0000 0029 0004'))),
    problem: 'octet 24: 0 scope fields of 1 fields; must be 1..1',
    rows: 0,
  },
  {
    name: 'data of a template whose fields have no length',
    octets: ipfix(
      {},
      set(
        2,
        template(256, [
          [8, 0],
          [12, 0],
        ]),
      ),
      set(256, number(7, 4)),
    ),
    problem: /^octet \d+: data of template 256, whose records have no octets$/,
    rows: 0,
  },
  {
    name: 'a variable-length field that ends beyond its set',
    octets: ipfix(
      {},
      set(
        2,
        template(256, [
          [8, 4],
          [371, 65535],
        ]),
      ),
      set(256, hex('0a000001 02 6162 0a000002 ff ffff 61')),
    ),
    problem: /^octet \d+: a field runs past its set, which ends at octet \d+$/,
    rows: 1,
  },
  {
    name: 'sFlow cut inside its header',
    octets: hex('00000005 00000001 0a00'),
    problem: /^octet 8: 4 octets/,
    rows: 0,
  },
  {
    name: 'sFlow with an address type of 3',
    octets: hex('00000005 00000003 00000000'),
    problem: 'octet 4: address type 3; must be 0 (unknown), 1 (IPv4) or 2 (IPv6)',
    rows: 0,
  },
  {
    name: 'an sFlow sample longer than its datagram',
    octets: concat(sflowHeader, hex('00000001 00000001 000000ff 00000000')),
    problem: /^octet \d+: 255 octets wanted, 4 left$/,
    rows: 0,
  },
] as const

describe('a malformed datagram', () => {
  for (const { name, octets, problem, rows: count } of rejects) {
    test(`${name}: ${count} rows before the fault`, () => {
      const { collector, rows } = collectRows()
      collector.receive(octets, exporterAt(9), 1000)
      assert.equal(rows().length, count)
      assert.equal(collector.totals().malformed, 1)
      const [event, ...more] = collector.takeEvents().filter((one) => one.event === 'exporter.malformed')
      assert.equal(more.length, 0)
      if (typeof problem === 'string') assert.equal(event?.fields['problem'], problem)
      else assert.match(String(event?.fields['problem']), problem)
      const expected = name.startsWith('sFlow') || octets.length < 16 ? '192.0.2.9' : event?.address
      assert.equal(event?.address, expected)
    })
  }

  test('a flood causes one event per minute, with their count', () => {
    const { collector } = collectRows()
    for (let index = 0; index < 1000; index++) collector.receive(hex('ffff'), exporterAt(9), 1000 + index)
    collector.receive(hex('ffff'), exporterAt(9), 61_500)
    const events = collector.takeEvents().map(({ fields }) => fields['count'])
    assert.deepEqual(events, [1, 1000])
  })

  test('is counted by exporters() per stream, and by totals() overall', () => {
    const { collector } = collectRows()
    collector.receive(ipfix({}, hex('0100 0003 00')), exporterAt(9), 1000)
    collector.receive(hex('ffff'), exporterAt(9), 1000)
    assert.equal(collector.exporters()[0]!.malformed, 1)
    assert.equal(collector.totals().malformed, 2)
  })
})

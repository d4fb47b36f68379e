import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseXml, type XmlElement, xmlText } from '@vagus/netconf'
import { configOf, editsOf, listsOf, patternOf, pathText, readPath } from '@vagus/southbound'
import { editedData, filterOf } from '../../src/netconf/data-edit.ts'
import { DataModel } from '../../src/netconf/data-model.ts'
import { dataText } from '../../src/netconf/data-text.ts'

const modules = new Map([
  ['ietf-interfaces', 'urn:ietf:params:xml:ns:yang:ietf-interfaces'],
  ['ietf-ip', 'urn:ietf:params:xml:ns:yang:ietf-ip'],
  ['iana-if-type', 'urn:ietf:params:xml:ns:yang:iana-if-type'],
  ['example', 'urn:example'],
])
const patterns = [
  '/ietf-interfaces:interfaces/interface[name=*]',
  '/ietf-interfaces:interfaces/interface[name=*]/ietf-ip:ipv4/address[ip=*]',
  '/example:servers/search[.=*]',
  '/example:servers/server[host=*][port=*]',
].map(patternOf)
const model = new DataModel(modules, listsOf(patterns))

const data = (text: string): XmlElement =>
  parseXml(`<data xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">${text}</data>`)

const interfaces = `<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces">
  <interface><name>eth1</name><description>to  the core</description>
    <type xmlns:ift="urn:ietf:params:xml:ns:yang:iana-if-type">ift:ethernetCsmacd</type>
    <ipv4 xmlns="urn:ietf:params:xml:ns:yang:ietf-ip">
      <mtu>1400</mtu><address><ip>192.0.2.1</ip><prefix-length>24</prefix-length></address>
    </ipv4></interface>
  <interface><name>lo</name></interface></interfaces>`
const servers = `<servers xmlns="urn:example"><search>b.example</search><search>a.example</search>
  <server><host>h</host><port>1</port><enabled/></server></servers>`

describe('YANG data as lines', () => {
  test('has entries of lists by their keys, relative names within, and modules in place of prefixes', () => {
    assert.equal(
      dataText(data(interfaces + servers), model),
      [
        "/ietf-interfaces:interfaces/interface[name='eth1']",
        ' description = "to\\u0020 the core"',
        ' type = iana-if-type:ethernetCsmacd',
        ' ietf-ip:ipv4/mtu = 1400',
        " ietf-ip:ipv4/address[ip='192.0.2.1']",
        '  prefix-length = 24',
        "/ietf-interfaces:interfaces/interface[name='lo']",
        "/example:servers/search[.='b.example']",
        "/example:servers/search[.='a.example']",
        "/example:servers/server[host='h'][port='1']",
        ' enabled =',
        '',
      ].join('\n'),
    )
  })

  test('tells lists that nobody named by their first leaf where it differs, else by position', () => {
    const text = `<a xmlns="urn:example"><l><id>1</id><x>1</x></l><l><id>2</id></l><m><x>1</x></m><m><x>1</x></m>
      <n>1</n><n>1</n><o><x>1</x></o></a><b xmlns="urn:other"><c>x</c></b>`
    assert.equal(
      dataText(data(text), model),
      [
        "/example:a/l[id='1']",
        ' x = 1',
        "/example:a/l[id='2']",
        '/example:a/m[1]',
        ' x = 1',
        '/example:a/m[2]',
        ' x = 1',
        '/example:a/n[1] = 1',
        '/example:a/n[2] = 1',
        '/example:a/o/x = 1',
        '/{urn:other}:b/c = x',
        '',
      ].join('\n'),
    )
  })

  test('tells an entry by the key of its own module, not by a leaf that another one adds', () => {
    const text = `<servers xmlns="urn:example"><server><host xmlns="urn:other">x</host><host>h</host><port>1</port></server></servers>`
    assert.equal(dataText(data(text), model), "/example:servers/server[host='h'][port='1']\n {urn:other}:host = x\n")
  })

  test('is made again from its lines, whatever it holds', () => {
    const value = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text))
    const leaf = (namespace: string, name: string) =>
      value.map((text): XmlElement => ({ name, namespace, text, children: [] }))
    const [ifs, ip, example] = ['ietf-interfaces', 'ietf-ip', 'example'].map((one) => modules.get(one)!) as [
      string,
      string,
      string,
    ]
    const within = (namespace: string, name: string, children: readonly XmlElement[]): XmlElement => ({
      name,
      namespace,
      text: '',
      children,
    })
    const some = (...all: readonly fc.Arbitrary<XmlElement>[]) =>
      fc.subarray([...all]).chain((chosen) => fc.tuple(...chosen))
    const unique = (all: readonly (readonly [readonly string[], XmlElement])[]): XmlElement[] => [
      ...new Map(all.map(([keys, one]) => [JSON.stringify(keys), one])).values(),
    ]
    const entry = (
      namespace: string,
      name: string,
      keys: readonly string[],
      rest: fc.Arbitrary<readonly XmlElement[]>,
    ) =>
      fc
        .tuple(fc.tuple(...keys.map((key) => leaf(namespace, key))), rest)
        .map(([its, more]) => [its.map(({ text }) => text), within(namespace, name, [...its, ...more])] as const)
    const addresses = fc
      .array(entry(ip, 'address', ['ip'], some(leaf(ip, 'prefix-length'))), { maxLength: 3 })
      .map(unique)
    const ipv4 = fc
      .tuple(some(leaf(ip, 'mtu')), addresses)
      .map(([leaves, more]) => within(ip, 'ipv4', [...leaves, ...more]))
    const anInterface = entry(
      ifs,
      'interface',
      ['name'],
      fc
        .tuple(some(leaf(ifs, 'description'), leaf(ifs, 'type')), ipv4)
        .map(([leaves, one]) => [...leaves, ...(one.children.length > 0 ? [one] : [])]),
    )
    const all = fc.tuple(
      fc.array(anInterface, { minLength: 1, maxLength: 3 }).map((one) => within(ifs, 'interfaces', unique(one))),
      fc
        .tuple(
          fc.uniqueArray(leaf(example, 'search'), { minLength: 1, maxLength: 3, selector: ({ text }) => text }),
          fc
            .array(entry(example, 'server', ['host', 'port'], some(leaf(example, 'enabled'))), { maxLength: 3 })
            .map(unique),
        )
        .map(([search, server]) => within(example, 'servers', [...search, ...server])),
    )
    const plain = ({ name, namespace, text, children }: XmlElement): unknown => ({
      name,
      namespace,
      text,
      children: children.map(plain),
    })
    fc.assert(
      fc.property(all, (children) => {
        const lines = dataText(within('', 'data', children), model)
        const commands = [...configOf(lines).values()].map(pathText)
        assert.deepEqual(editedData(editsOf(commands), 'delete', model).map(plain), children.map(plain))
      }),
    )
  })
})

test('a value of a MiB goes through lines and back', () => {
  for (const text of ['d'.repeat(2 ** 20), 'iana-if-type:'.repeat(80_000), '/a'.repeat(2 ** 19), ' '.repeat(2 ** 20)]) {
    const [line = ''] = dataText(data(`<note xmlns="urn:example">${text}</note>`), model).split('\n')
    const [edited] = editedData(editsOf([line]), 'remove', model)
    assert.equal(edited!.text, text)
    assert.ok(xmlText(edited!).includes(text))
  }
})

describe('edits of YANG data', () => {
  const edited = (...commands: readonly string[]): string =>
    editedData(editsOf(commands), 'delete', model)
      .map((one) => xmlText(one))
      .join('')
  const eth1 = "/ietf-interfaces:interfaces/interface[name='eth1']"

  test('are one tree, with the keys of each entry first (RFC 7950 §7.8.5)', () => {
    assert.equal(
      edited(`${eth1}/description = x`, `no ${eth1}/ietf-ip:ipv4/mtu`, `${eth1}/type = iana-if-type:ethernetCsmacd`),
      '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>eth1</name><description>x</description>' +
        '<ipv4 xmlns="urn:ietf:params:xml:ns:yang:ietf-ip"><mtu xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"/></ipv4>' +
        '<type xmlns:iana-if-type="urn:ietf:params:xml:ns:yang:iana-if-type">iana-if-type:ethernetCsmacd</type></interface></interfaces>',
    )
  })

  test('of the same node: the later counts, and what comes after a removal takes its place', () => {
    assert.match(edited(`${eth1}/description = x`, `no ${eth1}/description`), /<description [^>]*"delete"\/>/)
    assert.match(edited(`no ${eth1}/description`, `${eth1}/description = x`), /<description [^>]*"replace">x</)
    assert.match(
      edited(`no ${eth1}`, `${eth1}/description = x`),
      /<interface [^>]*"replace"><name>eth1<\/name><description>x</,
    )
    assert.match(edited("no /example:servers/search[.='a']"), /<search [^>]*"delete">a<\/search>/)
  })

  test('name the module that the router has not, and entries by keys alone', () => {
    assert.throws(
      () => edited('/ietf-interface:x/y = 1'),
      /has no YANG module "ietf-interface"; it has ietf-interfaces, ietf-ip/,
    )
    // Patterns, and what is never changed, go by the name.
    assert.throws(
      () => edited('/{urn:example}:x/y = 1'),
      /module "\{urn:example\}" is "example" at this router; write that/,
    )
    assert.throws(() => edited('/example:a/l[1]/x = 1'), /\[1\] is a position; an entry is told by its keys/)
  })
})

test('a path is a subtree filter that selects its node alone (RFC 6241 §6)', () => {
  const filter = (path: string): string => {
    const read = readPath(path)
    return read.type === 'path'
      ? filterOf(read.steps, model)
          .map((one) => xmlText(one))
          .join('')
      : read.problem
  }
  assert.equal(
    filter("/ietf-interfaces:interfaces/interface[name='eth1']/ietf-ip:ipv4"),
    '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>eth1</name>' +
      '<ipv4 xmlns="urn:ietf:params:xml:ns:yang:ietf-ip"/></interface></interfaces>',
  )
  assert.equal(filter("/example:servers/search[.='a']"), '<servers xmlns="urn:example"><search>a</search></servers>')
})

/** XML both ways: what is read, what is refused, and that what is written means the same. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { NetconfError, parseXml, type XmlElement, xmlLimits, xmlText } from '../src/index.ts'
import { all, identities } from './examples.ts'
import { meaningOf } from './same-xml.ts'

const rows: readonly { readonly name: string; readonly text: string; readonly value: XmlElement }[] = [
  { name: 'an empty element', text: '<a/>', value: { name: 'a', namespace: '', children: [], text: '' } },
  {
    name: 'a namespace, declared once',
    text: '<a xmlns="urn:x"><b>1</b><b/></a>',
    value: {
      name: 'a',
      namespace: 'urn:x',
      children: [
        { name: 'b', namespace: 'urn:x', children: [], text: '1', prefixes: new Map([['', 'urn:x']]) },
        { name: 'b', namespace: 'urn:x', children: [], text: '', prefixes: new Map([['', 'urn:x']]) },
      ],
      text: '',
      prefixes: new Map([['', 'urn:x']]),
    },
  },
  {
    name: 'an attribute with a prefix, and characters with a meaning',
    text: '<a xmlns:nc="urn:n" nc:operation="&quot;&#10;&gt;">&lt;&amp;&#13; \n</a>',
    value: {
      name: 'a',
      namespace: '',
      attributes: new Map([['nc:operation', '"\n>']]),
      children: [],
      text: '<&\r \n',
      prefixes: new Map([['nc', 'urn:n']]),
    },
  },
]

describe('rows', () => {
  for (const { name, text, value } of rows) {
    test(`${name} is read`, () => assert.deepEqual(parseXml(text), value))
    test(`${name} is written character for character`, () => assert.equal(xmlText(value), text))
  }
})

test('blanks between elements, comments and instructions are left out; CDATA is text; blanks of a leaf stay, and no line is one', () => {
  const { children } = parseXml(
    '<?xml version="1.0"?><a> <!-- c --><b> x<![CDATA[<&]]> </b>\n<?p q?><c>  </c><d>\n  </d></a>',
  )
  assert.deepEqual(
    children.map(({ name, text }) => [name, text]),
    [
      ['b', ' x<& '],
      ['c', '  '],
      ['d', ''],
    ],
  )
})

test('elements that see the same prefixes share one map, however often these are declared', () => {
  const entry = '<e xmlns="urn:e" xmlns:t="urn:t"><f/></e>'
  const { children } = parseXml(`<a xmlns="urn:a">${entry.repeat(3)}</a>`)
  assert.equal(children[0]!.prefixes, children[2]!.prefixes)
  assert.equal(children[0]!.prefixes, children[1]!.children[0]!.prefixes)
})

describe('refused', () => {
  const rejects: readonly (readonly [name: string, text: string, code: string])[] = [
    ['nothing', '', 'malformed'],
    ['an element that does not end', '<a><b></a>', 'malformed'],
    ['two elements', '<a/><b/>', 'malformed'],
    ['a document type (RFC 6241 §3)', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', 'malformed'],
    ['an entity that XML does not have', '<a>&nbsp;</a>', 'malformed'],
    ['a prefix without a namespace', '<p:a/>', 'malformed'],
    ['an attribute twice, by two prefixes', '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>', 'malformed'],
    ['a character by number that XML does not have', '<a>&#1;</a>', 'malformed'],
    ['one that only XML 1.1 has', '<?xml version="1.1"?><a>&#1;</a>', 'malformed'],
    ['text beside elements', '<a>x<b/></a>', 'malformed'],
    ['too many elements within each other', '<a>'.repeat(xmlLimits.depth + 1), 'too-large'],
    [
      'too many attributes',
      `<a ${Array.from({ length: xmlLimits.attributes + 1 }, (_, n) => `a${n}=""`).join(' ')}/>`,
      'too-large',
    ],
    [
      'namespaces declared anew on each of many elements',
      `<a ${Array.from({ length: 200 }, (_, n) => `xmlns:p${n}="u${n}"`).join(' ')}>${Array.from({ length: 6000 }, (_, n) => `<b xmlns="u${n}"/>`).join('')}</a>`,
      'too-large',
    ],
  ]
  for (const [name, text, code] of rejects)
    test(name, () =>
      assert.throws(
        () => parseXml(text),
        (error) => error instanceof NetconfError && error.code === code,
      ),
    )
})

test('elements within each other up to the limit are read and written', () => {
  const text = `${'<a>'.repeat(xmlLimits.depth - 1)}<a/>${'</a>'.repeat(xmlLimits.depth - 1)}`
  assert.equal(xmlText(parseXml(text)), text)
})

describe('a writer refuses what XML does not have', () => {
  const leaf: XmlElement = { name: 'a', namespace: '', children: [], text: '' }
  const faults: readonly (readonly [string, XmlElement])[] = [
    ['a name with a blank', { ...leaf, name: 'a b' }],
    ['a name with a prefix', { ...leaf, name: 'p:a' }],
    ['a control character', { ...leaf, text: '\u0001' }],
    ['half a pair of UTF-16', { ...leaf, text: '\uD800' }],
    ['text beside elements', { ...leaf, text: 'x', children: [leaf] }],
    ['an attribute whose prefix has no namespace', { ...leaf, attributes: new Map([['nc:operation', 'delete']]) }],
    ['an attribute that declares a namespace', { ...leaf, attributes: new Map([['xmlns:p', 'u']]) }],
    ['an attribute with markup in its name', { ...leaf, attributes: new Map([['a="" b', 'u']]) }],
  ]
  for (const [name, value] of faults) test(name, () => assert.throws(() => xmlText(value), RangeError))
})

test('a value with a prefix has its namespace wherever its element is taken (RFC 7950 §9.10.3)', () => {
  const list = parseXml(identities).children[0]!.children[0]!.children[0]!
  const written = xmlText(list)
  assert.deepEqual(meaningOf(parseXml(written)), meaningOf(list))
  assert.equal(
    written,
    '<interface xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces">' +
      '<if:name xmlns:if="urn:ietf:params:xml:ns:yang:ietf-interfaces" xmlns="urn:other">a b</if:name>' +
      '<if:type xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type" xmlns:if="urn:ietf:params:xml:ns:yang:ietf-interfaces" xmlns="urn:other">ianaift:ethernetCsmacd</if:type>' +
      '<if:kind xmlns:if="urn:ietf:params:xml:ns:yang:ietf-interfaces" xmlns="urn:other">of-default</if:kind>' +
      '<on xmlns="urn:other"/>' +
      '<where xmlns:if="urn:ietf:params:xml:ns:yang:ietf-interfaces" xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type" xmlns="urn:other">/if:interfaces/if:interface[if:name=\'a b\']/ianaift:x</where>' +
      '<v6 xmlns="urn:other">2001:db8::1</v6></interface>',
  )
})

test('blanks around the URI of a namespace are no part of it, for names and for values', () =>
  assert.equal(xmlText(parseXml('<a xmlns=" urn:x "><b>c</b></a>')), '<a xmlns="urn:x"><b>c</b></a>'))

test('indented text has a line for each element, and the same meaning', () => {
  const element = parseXml('<a><b>1\n2</b><c><d/></c></a>')
  assert.equal(xmlText(element, 'indented'), '<a>\n  <b>1\n2</b>\n  <c>\n    <d/>\n  </c>\n</a>')
  assert.deepEqual(meaningOf(parseXml(xmlText(element, 'indented'))), meaningOf(element))
})

for (const [name, text] of Object.entries(all))
  test(`${name}: written and read again it means the same, in both layouts`, () => {
    const element = parseXml(text.replaceAll('\0', ''))
    for (const layout of ['compact', 'indented'] as const)
      assert.deepEqual(meaningOf(parseXml(xmlText(element, layout))), meaningOf(element))
  })

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,5}$/)
const character = fc
  .oneof(
    fc.integer({ min: 0x20, max: 0xd7ff }),
    fc.integer({ min: 0x1_0000, max: 0x10_ffff }),
    fc.constantFrom(9, 10, 13),
  )
  .map((code) => String.fromCodePoint(code))
const value = fc
  .oneof(
    fc.array(character, { maxLength: 8 }),
    fc.array(fc.constantFrom(']', '>', '&', '<', 'p:', 'q:', ' ', '"'), { maxLength: 8 }),
  )
  .map((parts) => parts.join(''))
  // A leaf of blanks and a line break alone is read as an empty element that was indented.
  .filter((text) => text.trim() !== '' || !text.includes('\n'))
const namespace = fc.constantFrom('', 'urn:a', 'urn:b', 'urn:&"')
const prefixes = fc.constantFrom(
  undefined,
  new Map([['p', 'urn:p']]),
  new Map([
    ['p', 'urn:q'],
    ['q', 'urn:&'],
  ]),
)
const { tree } = fc.letrec<{ readonly tree: XmlElement }>((tie) => ({
  tree: fc
    .record({
      name,
      namespace,
      attributes: fc.uniqueArray(
        fc.tuple(
          name.filter((one) => !one.startsWith('xmlns')),
          value,
        ),
        { maxLength: 3, selector: ([key]) => key },
      ),
      inside: fc.oneof({ depthSize: 'small', withCrossShrink: true }, value, fc.array(tie('tree'), { maxLength: 4 })),
      prefixes,
    })
    .map(({ inside, attributes, prefixes: scope, ...rest }) => ({
      ...rest,
      ...(attributes.length === 0 ? {} : { attributes: new Map(attributes) }),
      children: typeof inside === 'string' ? [] : inside,
      text: typeof inside === 'string' ? inside : '',
      ...(scope === undefined ? {} : { prefixes: scope }),
    })),
}))

test('any element that is written is read as it was, and never has the end mark of a message', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom('compact', 'indented'), (element, layout) => {
      const text = xmlText(element, layout)
      assert.ok(!text.includes(']]>'))
      const again = parseXml(text)
      const compare = (was: XmlElement, is: XmlElement): void => {
        assert.deepEqual(
          [is.name, is.namespace, [...(is.attributes ?? [])], is.text, is.children.length],
          [was.name, was.namespace, [...(was.attributes ?? [])], was.text, was.children.length],
        )
        for (const [prefix, uri] of was.prefixes ?? [])
          if (
            new RegExp(`(?:^|[\\s"&<>\\]:])${prefix}:`).test(
              `${was.text} ${[...(was.attributes?.values() ?? [])].join(' ')}`,
            )
          )
            assert.equal(is.prefixes?.get(prefix), uri)
        was.children.forEach((child, index) => compare(child, is.children[index]!))
      }
      compare(element, again)
    }),
  )
})

test('a list of 50,000 entries is read and written', () => {
  const text = `<a xmlns="urn:x">${Array.from({ length: 50_000 }, (_, n) => `<e><k>${n}</k></e>`).join('')}</a>`
  assert.equal(xmlText(parseXml(text)), text)
})

test('a value of a MiB without a blank is written and read, with the prefix that it begins with', () => {
  const text = `p:${'d'.repeat(2 ** 20)}`
  const written = xmlText({ name: 'a', namespace: '', children: [], text, prefixes: new Map([['p', 'urn:p']]) })
  assert.equal(written, `<a xmlns:p="urn:p">${text}</a>`)
  assert.equal(parseXml(written).text, text)
})

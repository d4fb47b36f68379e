/** Hellos, requests and replies: those of RFC 6241, and those of servers that err. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  baseNamespace as base,
  capabilitiesOf,
  helloText,
  libraryFilter,
  libraryModules,
  NetconfError,
  operations,
  parseXml,
  readHello,
  readReply,
  rpcText,
  withModules,
  type XmlElement,
  xmlText,
} from '../src/index.ts'
import * as examples from './examples.ts'

const rpc = (inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<rpc xmlns="${base}" message-id="101">${inside}</rpc>\n`

test('our hello has both bases, and no session-id (RFC 6241 §8.1)', () => {
  assert.equal(
    helloText(),
    `<?xml version="1.0" encoding="UTF-8"?>\n<hello xmlns="${base}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability><capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>\n`,
  )
})

describe("a server's hello", () => {
  test('as in RFC 6241 §8.1, with blanks around the URIs', () => {
    const { sessionId, capabilities } = readHello(examples.hello)
    const { all, modules, ...can } = capabilities
    assert.equal(sessionId, 4)
    assert.deepEqual(can, {
      chunked: true,
      candidate: true,
      confirmedCommit: true,
      writableRunning: false,
      rollbackOnError: false,
      startup: true,
      validate: true,
      xpath: false,
      hasYangLibrary: true,
    })
    assert.ok(all.includes('http://example.net/router/2.3/myfeature'))
    assert.deepEqual(
      [...modules],
      [
        ['ietf-interfaces', 'urn:ietf:params:xml:ns:yang:ietf-interfaces'],
        ['acme-system', 'http://acme.example.com/system'],
      ],
    )
  })

  test('with prefixes, and capabilities in the form of old Junos', () => {
    const { sessionId, capabilities } = readHello(examples.prefixedHello)
    assert.equal(sessionId, 0xffff_ffff)
    assert.deepEqual([capabilities.candidate, capabilities.chunked], [true, false])
  })

  test('without namespaces, padded with zeros', () => assert.equal(readHello(examples.bareHello).sessionId, 17))

  test('confirmed-commit:1.0 is not enough: it ends with its session (RFC 6241 §8.4)', () =>
    assert.equal(capabilitiesOf(['urn:ietf:params:netconf:capability:confirmed-commit:1.0']).confirmedCommit, false))

  const rejects: readonly (readonly [string, string])[] = [
    ['another message', examples.ok],
    ['no session-id', examples.hello.replace(/<session-id>.*<\/session-id>/, '')],
    ['a session-id of 0', examples.hello.replace('>4<', '>0<')],
    ['a session-id above 4294967295', examples.hello.replace('>4<', '>4294967296<')],
    ['no base', examples.hello.replace('base:1.1', 'base:2.0')],
    ['an element hello of somebody else', examples.bareHello.replace('<hello>', '<hello xmlns="urn:x">')],
  ]
  for (const [name, message] of rejects)
    test(`${name} is refused`, () =>
      assert.throws(
        () => readHello(message),
        (error) => error instanceof NetconfError && error.code === 'unexpected',
      ))
})

describe('requests', () => {
  const top: XmlElement = parseXml('<top xmlns="http://example.com/schema/1.2/config"><users/></top>')

  test('get-config with a filter (RFC 6241 §7.1)', () =>
    assert.equal(
      rpcText('101', operations.getConfig('running', [top])),
      rpc(
        '<get-config><source><running/></source><filter type="subtree"><top xmlns="http://example.com/schema/1.2/config"><users/></top></filter></get-config>',
      ),
    ))

  test('get of everything has no filter: an empty one selects nothing (RFC 6241 §6.4.2)', () =>
    assert.equal(rpcText('101', operations.get([])), rpc('<get/>')))

  test('edit-config that deletes (RFC 6241 §7.2)', () => {
    const config = parseXml(
      `<top xmlns="http://example.com/schema/1.2/config" xmlns:xc="${base}"><interface xc:operation="delete"><name>192.0.2.4</name></interface></top>`,
    )
    assert.equal(
      rpcText('101', operations.editConfig('candidate', [config], 'rollback-on-error')),
      rpc(
        `<edit-config><target><candidate/></target><error-option>rollback-on-error</error-option><config><top xmlns="http://example.com/schema/1.2/config"><interface xmlns:xc="${base}" xc:operation="delete"><name>192.0.2.4</name></interface></top></config></edit-config>`,
      ),
    )
    assert.doesNotMatch(rpcText('1', operations.editConfig('running', [config], 'stop-on-error')), /error-option/)
  })

  test('lock, unlock, discard (RFC 6241 §7.5, §7.6, §8.3.4.2)', () => {
    assert.equal(rpcText('101', operations.lock('running')), rpc('<lock><target><running/></target></lock>'))
    assert.equal(rpcText('101', operations.unlock('candidate')), rpc('<unlock><target><candidate/></target></unlock>'))
    assert.equal(rpcText('101', operations.discardChanges()), rpc('<discard-changes/>'))
  })

  test('commits: plain, confirmed with persist, confirming, cancelled (RFC 6241 §8.3.4.1, §8.4)', () => {
    assert.equal(rpcText('101', operations.commit({})), rpc('<commit/>'))
    assert.equal(
      rpcText('101', operations.commit({ confirmed: { timeout: 120, persist: 'IQ,d4668' } })),
      rpc('<commit><confirmed/><confirm-timeout>120</confirm-timeout><persist>IQ,d4668</persist></commit>'),
    )
    assert.equal(
      rpcText('101', operations.commit({ persistId: 'IQ,d4668' })),
      rpc('<commit><persist-id>IQ,d4668</persist-id></commit>'),
    )
    assert.equal(
      rpcText('101', operations.cancelCommit('IQ,d4668')),
      rpc('<cancel-commit><persist-id>IQ,d4668</persist-id></cancel-commit>'),
    )
  })
})

describe('replies', () => {
  test('ok', () => assert.deepEqual(readReply(examples.ok), { messageId: '101', result: { type: 'ok', warnings: [] } }))

  test('data (RFC 6241 §7.7)', () => {
    const { result } = readReply(examples.data)
    assert.ok(result.type === 'data')
    assert.equal(
      xmlText(result.elements[0]!.children[0]!.children[0]!.children[0]!),
      '<interface xmlns="http://example.com/schema/1.2/stats"><ifName>eth0</ifName><ifInOctets>45621</ifInOctets><ifOutOctets>774344</ifOutOctets></interface>',
    )
  })

  test('two errors with paths (RFC 6241 §4.3)', () => {
    const { result } = readReply(examples.invalidValues)
    assert.ok(result.type === 'errors')
    assert.equal(result.errors.length, 2)
    assert.deepEqual(result.errors[0], {
      type: 'application',
      tag: 'invalid-value',
      severity: 'error',
      path: '/t:top/t:interface[t:name="Ethernet0/0"]/t:mtu',
      message: 'MTU value 25000 is not within range 256..9192',
      info: '',
    })
  })

  test('an error about a request without message-id has none (RFC 6241 §4.3)', () => {
    assert.deepEqual(readReply(examples.missingAttribute), {
      result: {
        type: 'errors',
        errors: [
          {
            type: 'rpc',
            tag: 'missing-attribute',
            severity: 'error',
            info: 'bad-attribute: message-id, bad-element: rpc',
          },
        ],
      },
    })
  })

  test('a lock that another session holds (RFC 6241 §7.5)', () => {
    const { result } = readReply(examples.lockDenied)
    assert.ok(result.type === 'errors')
    assert.deepEqual([result.errors[0]!.tag, result.errors[0]!.holder], ['lock-denied', 454])
  })

  test('a warning is not a failure', () => {
    const { result } = readReply(examples.junosWarning)
    assert.ok(result.type === 'ok')
    assert.equal(result.warnings[0]!.message, 'mgd: statement has no effect')
  })

  test('an error in an element that names the operation is one', () => {
    const { result } = readReply(examples.junosFailure)
    assert.ok(result.type === 'errors')
    assert.deepEqual([result.errors[0]!.message, result.errors[0]!.info], ['syntax error', 'bad-element: mtuu'])
  })

  test('rpc-error within data is data: another namespace may have such a name', () =>
    assert.equal(readReply(`<rpc-reply xmlns="${base}"><data><rpc-error/></data></rpc-reply>`).result.type, 'data'))

  test('a reply with nothing in it is ok', () =>
    assert.equal(readReply('<rpc-reply message-id="1"/>').result.type, 'ok'))

  test('another message is refused', () => assert.throws(() => readReply(examples.hello), NetconfError))
})

test('the YANG library adds modules that the hello does not list, of RFC 8525 and RFC 7895', () => {
  const { result } = readReply(examples.yangLibrary)
  assert.ok(result.type === 'data')
  const { modules } = withModules(
    capabilitiesOf(['http://acme.example.com/system?module=acme-system']),
    libraryModules(result.elements[0]!),
  )
  assert.deepEqual(
    [...modules].sort(([one], [other]) => (one < other ? -1 : 1)),
    [
      ['acme-old', 'http://acme.example.com/old'],
      ['acme-system', 'http://acme.example.com/system'],
      ['ietf-interfaces', 'urn:ietf:params:xml:ns:yang:ietf-interfaces'],
      ['ietf-yang-types', 'urn:ietf:params:xml:ns:yang:ietf-yang-types'],
    ],
  )
  assert.equal(libraryFilter.length, 2)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Allowed,
  changeOf,
  configOf,
  dataOf,
  dataPathOf,
  editsOf,
  editText,
  listsOf,
  patternOf,
  partOf,
  pathText,
  readOf,
  pathWithoutSecret,
  readPath,
  refusedOf,
  revised,
  type Step,
  textWithoutSecrets,
  tracesOf,
  typed,
  undoOf,
  withEmptied,
  withoutSecret,
} from '../src/index.ts'

const ifs = '/ietf-interfaces:interfaces'
const eth1 = `${ifs}/interface[name='eth1']`

describe('paths of YANG data (RFC 7951 §6.11)', () => {
  test('name a module where it is another than that of the node around', () => {
    assert.deepEqual(readPath(`${eth1}/ietf-ip:ipv4/mtu`), {
      type: 'path',
      steps: [
        { module: 'ietf-interfaces', name: 'interfaces', keys: [] },
        { module: 'ietf-interfaces', name: 'interface', keys: [['name', 'eth1']] },
        { module: 'ietf-ip', name: 'ipv4', keys: [] },
        { module: 'ietf-ip', name: 'mtu', keys: [] },
      ],
      rest: '',
    })
  })

  test('that are none say what would be right', () => {
    for (const [text, problem] of [
      ['/interfaces', /^"interfaces" needs the name of its YANG module in front/],
      ['/', /^after "\/" comes the name of a node/],
      [`${ifs}/`, /^after ".*\/" comes the name of a node/],
      [`${ifs}/interface[name=eth1]`, /^after ".*interface" comes \[KEY='VALUE'\]/],
      [`${ifs}/interface[name='eth1'`, /comes \[KEY='VALUE'\]/],
      ['interfaces', /^"interfaces" is no path of YANG data/],
    ] as const) {
      const read = readPath(text)
      assert.match(read.type === 'problem' ? read.problem : '', problem, text)
    }
  })

  const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,12}$/)
  const steps = fc
    .array(
      fc.record(
        {
          module: name,
          name,
          keys: fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { maxLength: 2 }),
        },
        { noNullPrototype: true },
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((all): readonly Step[] => all)

  test('and values, whatever they hold, are read back from one line of printable ASCII', () => {
    fc.assert(
      fc.property(steps, fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }), (all, value) => {
        const path = dataPathOf({ steps: all, value })
        for (const line of path) assert.match(line, /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/)
        assert.deepEqual(dataOf(path), { type: 'data', steps: all, value })
        const [edit] = editsOf([pathText(path)])
        assert.deepEqual([...edit!.context, edit!.line], path)
        assert.deepEqual([...configOf(indented(path)).values()].at(-1), path)
      }),
    )
  })

  test('are found in any text, or it is said what is wrong', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, rest) => {
        for (const line of [text, `/${text}`, `${eth1}/${text}`, `${eth1}/a = ${text}`, `${eth1}[${text}]${rest}`]) {
          const read = readPath(line)
          if (read.type === 'problem') assert.notEqual(read.problem, '')
          editsOf([line])
          withoutSecret(line)
        }
      }),
    )
  })
})

/** As a configuration has contexts. */
const indented = (path: readonly string[]): string =>
  path.map((line, depth) => `${' '.repeat(depth)}${line}\n`).join('')

const patterns = [
  `${ifs}/interface[name=eth*]/description = to *`,
  `${ifs}/interface[name=lo*]`,
  `${ifs}/interface[name=*]/ietf-ip:ipv4/mtu`,
  '/example:servers/server[host=*][port=*]/enabled',
  '/example:servers/search[.=*]',
  '/example:everything',
].map(patternOf)
const allowed: Allowed = { dialect: 'netconf', patterns, own: [] }
const refused = (...commands: readonly string[]): readonly string[] =>
  refusedOf(editsOf(commands), allowed).map(({ line, problem }) => `${line}: ${problem}`)

describe('YANG data of a commit', () => {
  test('is what a pattern names, its removal, and what is in it', () => {
    assert.deepEqual(
      refused(
        `${eth1}/description = to the core`,
        `no ${eth1}/description`,
        `${eth1}/ietf-ip:ipv4/mtu = 1400`,
        `${ifs}/interface[name='lo9']`,
        `${ifs}/interface[name='lo9']/type = iana-if-type:softwareLoopback`,
        `no ${ifs}/interface[name='lo9']`,
        "/example:servers/server[host='a'][port='1']/enabled =",
        "/example:servers/search[.='example.net']",
        '/example:everything/in/it = 1',
      ),
      [],
    )
  })

  test('and nothing else', () => {
    const problems = refused(
      `${eth1}/description = uplink`,
      `${eth1}/enabled = false`,
      `no ${eth1}`,
      `${ifs}/interface[name='x']/description = to x`,
      "/example:servers/server[host='a']/enabled =",
      "/example:servers/server[port='1'][host='a']/enabled =",
      "/example:everything/list[id='1']/leaf = 1",
      '/other:everything/in/it = 1',
      `${ifs}/description = to`,
      'interface eth1',
    )
    assert.equal(problems.length, 10)
    assert.match(
      problems[0]!,
      /allows only "\/ietf-interfaces:interfaces\/interface\[name='eth\*'\]\/description = to \*"/,
    )
    assert.match(
      problems[4]!,
      /no pattern of the operator names the keys of the list "\/example:servers\/server\[host='a'\]"/,
    )
    assert.match(problems[6]!, /names the keys of the list/)
    assert.match(problems[9]!, /is no path of YANG data; right is such as/)
  })

  test('has a value where it is a leaf, and none where it is an entry', () => {
    assert.match(refused('/example:everything/leaf')[0]!, /sets nothing; after the path of a leaf comes " = "/)
    assert.match(refused("/example:servers/search[.='a'] = b")[0]!, /an entry of a list has no value/)
    assert.match(refused('/example:everything/leaf 1')[0]!, /comes " = " and a value, not " 1"/)
    assert.match(refused('/example:everything/leaf = "a')[0]!, /comes " = " and a value/)
  })

  test('never is a credential, who may log in, or what originates a prefix, whatever the patterns say', () => {
    const every: Allowed = { dialect: 'netconf', patterns: ['/a:b', '/ietf-netconf-acm:nacm'].map(patternOf), own: [] }
    for (const line of [
      '/a:b/auth-password = x',
      '/a:b/snmp/community = x',
      '/a:b/pre-shared-key = x',
      '/a:b/users/name = x',
      '/a:b/aaa/group = x',
      '/ietf-netconf-acm:nacm/enable-nacm = false',
      '/a:b/static-routes/next-hop = 192.0.2.1',
      '/a:b/redistribute = connected',
      '/a:b/ipv4/addresses/address/config/ip = 192.0.2.1',
      'no /a:b/aggregate-address',
      // OpenConfig
      '/a:b/aaa-x/admin-password-hashed = x',
      '/a:b/ntp-keys/config/key-value = x',
      '/a:b/mka/key-clear-text = x',
      '/a:b/telnet-server/config/enable = true',
      // Junos
      '/a:b/root-authentication/no-public-keys =',
      '/a:b/authentication-order = radius',
      '/a:b/tacplus-server/port = 49',
      '/a:b/pre-shared-key/ascii-text = x',
      '/a:b/family/inet/address/primary =',
      // IOS XE
      '/a:b/secret/encryption = 0',
      '/a:b/snmp-server/community-config/permission = rw',
      '/a:b/Loopback/ip/address/primary/mask = 255.0.0.0',
      // IOS XR
      '/a:b/router-static/default-vrf/x = 1',
      '/a:b/sourced-networks/sourced-network/network-addr = 192.0.2.0',
      '/a:b/connected-routes =',
      '/a:b/ipv4-network/addresses/primary/netmask = 255.0.0.0',
      // SR OS
      '/a:b/interface/ipv4/primary/prefix-length = 8',
      "/a:b/interface/ipv4/secondary[address='192.0.2.1']/prefix-length = 8",
      '/a:b/snmp/community-string = x',
    ])
      assert.match(
        refusedOf(editsOf([line]), every)[0]?.problem ?? '',
        /which are the operator’s|AI agents never do/,
        line,
      )
    const open = ['/a:b/ntp/server/address = 192.0.2.1', '/a:b/keychain-name = x', '/a:b/password-type = x']
    assert.deepEqual(refusedOf(editsOf(open), every), [])
  })

  test('may match a pattern in no other way: a key is compared as a whole', () => {
    assert.equal(refused(`${ifs}/interface[name="x']/x[name='eth1"]/description = to x`).length, 1)
    assert.equal(refused(`${ifs}/interface[name='eth1'][name='eth1']/description = to x`).length, 1)
    assert.equal(refused(`${ifs}/interface[1]/description = to x`).length, 1)
  })

  test('never has a key of an entry as a leaf: with two values the router might change another entry', () => {
    const lo = `${ifs}/interface[name='lo9']`
    for (const line of [`${lo}/name = eth1`, `${lo}/name = lo9`, `no ${lo}/name`, `${lo}/name/x = 1`])
      assert.match(refused(line)[0] ?? '', /"name" is a key, which tells the entry/, line)
  })

  test('patterns that are none say what would be right', () => {
    for (const text of ['/interfaces', `${ifs}/interface[1]`, `${ifs}=x`, `${ifs} = `, '/'])
      assert.throws(() => patternOf(text), /is no pattern.*(?:right is such as|such as \[name=\*\]|" = " and a value)/)
    assert.deepEqual([...listsOf(patterns)].at(-2), ['/example:servers/example:server', ['host', 'port']])
  })
})

describe('reading a router of YANG data', () => {
  test('takes get and get-config with a path', () => {
    assert.deepEqual(readOf('netconf', ` get   ${eth1} `), { type: 'reads', command: `get ${eth1}` })
    assert.deepEqual(readOf('netconf', 'get-config /'), { type: 'reads', command: 'get-config /' })
    for (const text of ['get', 'get x', 'show version', `edit-config ${eth1}`, `get ${eth1} | x`, 'get /x', 'get / x'])
      assert.equal(readOf('netconf', text).type, 'problem', text)
  })

  test('shows no credentials', () => {
    const text = [
      "/ietf-system:system/authentication/user[name='ann']",
      ' password = $6$x',
      " authorized-key[name='a']",
      '/a:b/c/pre-shared-key = s3cret',
      "/a:b/snmp/community[index='public']",
      ' enabled = true',
    ].join('\n')
    assert.equal(
      textWithoutSecrets(text),
      [
        "/ietf-system:system/authentication/user[name='ann']",
        ' password = <hidden>',
        ' authorized-key[name="<hidden>"]',
        '/a:b/c/pre-shared-key = <hidden>',
        '/a:b/snmp/community[index="<hidden>"]',
        ' enabled = <hidden>',
      ].join('\n'),
    )
    assert.equal(withoutSecret(`no ${eth1}/x/psk = "a b"`), `no ${eth1}/x/psk = <hidden>`)
    assert.equal(withoutSecret('/a:b/password = "not JSON'), '/a:b/password = <hidden>')
  })

  test('shows nothing that is in a credential: vendors have containers and lists of such names', () => {
    const text = [
      // IOS XE, Junos
      "/ios:native/username[name='ann']",
      ' secret/encryption = 9',
      ' secret/secret = $9$x',
      "/ios:native/neighbor[id='192.0.2.1']/password/text = s3cret",
      '/jc:ike/pre-shared-key/ascii-text = $9$y',
      // IETF
      "/ietf-key-chain:key-chains/key-chain[name='a']/key[key-id='1']",
      ' lifetime/always =',
      ' key-string/keystring = s3cret',
      "/ietf-snmp:snmp/community[index='public']",
      ' text-name = public',
      " target[name='a']",
      '  x = public',
      "/ietf-snmp:snmp/l[a='1']",
      ' secret[1] = s3cret',
      ' secret[2] = s3cret',
      // BGP
      "/m:policy/community[name='BLACKHOLE']",
      ' members = 65535:666',
      "/m:policy/x[y='1']",
    ].join('\n')
    const shown = textWithoutSecrets(text)
    assert.doesNotMatch(shown, /s3cret|public|\$9\$/)
    assert.match(shown, /^ members = 65535:666\n\/m:policy\/x\[y='1'\]$/m)
    assert.match(shown, /^ secret\/secret = <hidden>\n/m)
    assert.match(shown, /^ {2}x = <hidden>\n/m)
    // Of a line alone, as a commit shows it, and of the revision.
    const config = configOf(text)
    assert.deepEqual(
      [...config.values()]
        .map((path) => pathText(pathWithoutSecret(path)))
        .filter((line) => /s3cret|public|\$9\$/.test(line)),
      [],
    )
    assert.equal(revised(text), revised(text.replaceAll('s3cret', 'other')))
  })

  test('answers no question that has a guess of a credential in it', () => {
    for (const path of ["/a:snmp/community[index='public']", "/a:b/c[password='x']/d", "/a:b/secret[.='x']"])
      assert.match((readOf('netconf', `get ${path}`) as { problem?: string }).problem ?? '', /by a credential/, path)
  })
})

describe('what a commit of YANG data did', () => {
  const config = (...lines: readonly string[]) => configOf(lines.join('\n'))
  const before = config(eth1, ' description = old', ' mtu = 1500', "/example:servers/search[.='a']")

  test('is seen whatever its nodes are called, also like a word that ends a context of FRR', () => {
    const now = config(eth1, ' exit-action = 1', " exit-x[.='1']", ' exit-y =', ' end = 1')
    assert.equal(changeOf(config(eth1), now).added.length, 4)
    const traces = tracesOf(
      changeOf(config(eth1), config(eth1, ' continue-on = 1')),
      editsOf([`${eth1}/continue-on = 1`]),
    )
    assert.equal(traces.added.length, 1)
  })

  test('goes back by itself alone', () => {
    const after = config(eth1, ' description = new', ' mtu = 1500', `${ifs}/interface[name='lo9']`, ' type = x')
    const change = changeOf(before, after)
    const texts = ({ back, away }: ReturnType<typeof undoOf>) => [back.map(editText), away.map(editText)]
    assert.deepEqual(texts(undoOf(change, after)), [
      [`${eth1}/description = old`, "/example:servers/search[.='a']"],
      [`no ${ifs}/interface[name='lo9']`, `no ${eth1}/description = new`],
    ])
    const others = config(eth1, ' description = theirs', `${ifs}/interface[name='lo9']`, ' type = x', ' mtu = 9')
    assert.deepEqual(texts(undoOf(change, others)), [
      ["/example:servers/search[.='a']"],
      [`no ${ifs}/interface[name='lo9']/type = x`],
    ])
  })

  test('is known by its edits where nobody looked, and not by nodes whose names begin alike', () => {
    const after = config(eth1, ' description = new', ' mtu = 1500', ' mtu-x = 1', "/example:servers/search[.='a']")
    const traces = tracesOf(changeOf(before, after), editsOf([`${eth1}/description = new`, `${eth1}/mtu = 1500`]))
    assert.deepEqual(traces.added.map(pathText), [`${eth1}/description = new`])
    const all = config('/m:r/log/level = 1', "/m:r/log/server[a='x = y']", ' b = 1', '/m:r/logs = 1')
    const gone = (...commands: readonly string[]) =>
      tracesOf(changeOf(all, config()), editsOf(commands)).removed.map(pathText)
    assert.deepEqual(gone('no /m:r/log'), [
      '/m:r/log/level = 1',
      "/m:r/log/server[a='x = y']",
      "/m:r/log/server[a='x = y']/b = 1",
    ])
    assert.deepEqual(gone("no /m:r/log/server[a='x = y']/b"), [
      "/m:r/log/server[a='x = y']",
      "/m:r/log/server[a='x = y']/b = 1",
    ])
  })

  test('is told as one would type it', () => {
    const commands = [`${eth1}/description = a  b`, `no ${ifs}/interface[name='lo9']`, "/a:b/c[d='e']/f:g ="]
    const all = editsOf(commands)
    assert.deepEqual(typed(all), [`${eth1}/description = "a\\u0020 b"`, commands[1], commands[2]])
    assert.deepEqual(editsOf(typed(all)), all)
  })

  test('fills containers and empties them: what it made goes with what was in it', () => {
    const now = config(
      '/m:r/logging/level = 1',
      "/m:r/logging/server[x='1/2']",
      "/m:r/l[a='1']",
      ' c/d = 1',
      ' c/e = 2',
      '/m:r/log = 1',
    )
    const removed = (...commands: readonly string[]) => withEmptied(editsOf(commands), now).map(editText)
    const server = "no /m:r/logging/server[x='1/2']"
    assert.deepEqual(removed('no /m:r/logging/level'), ['no /m:r/logging/level'])
    assert.deepEqual(removed('no /m:r/logging/level', server), ['no /m:r/logging'])
    assert.deepEqual(removed('no /m:r/logging/level', server, '/m:r/logging/x = 1'), [
      '/m:r/logging/x = 1',
      'no /m:r/logging/level',
      server,
    ])
    assert.deepEqual(removed("no /m:r/l[a='1']/c/d", "no /m:r/l[a='1']/c/e"), ["no /m:r/l[a='1']/c"])
    assert.deepEqual(removed('no /m:r/log'), ['no /m:r/log'])
    assert.deepEqual(removed("no /m:r/l[a='1 = 2']"), ["no /m:r/l[a='1 = 2']"])
    assert.deepEqual(removed("no /m:r/l[a='1 = 2']/c/d = 1"), ["no /m:r/l[a='1 = 2']/c"])
    const [empty, filled] = [
      config('/m:r/logging =', "/m:r/x[y='1']"),
      config('/m:r/logging/level = 1', "/m:r/z[y='1']"),
    ]
    const { added, removed: gone } = partOf(changeOf(empty, filled), editsOf(['/m:r/logging/level = 1']))
    assert.deepEqual(
      [added, gone].map((all) => all.map(pathText)),
      [['/m:r/logging/level = 1'], ['/m:r/logging =']],
    )
  })
})

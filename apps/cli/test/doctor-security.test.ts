import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { configSchema, type ConfigInput } from '@vagus/api'
import type { Check } from '../src/doctor/check.ts'
import { exposureChecks, hasPassword } from '../src/doctor/security/exposure.ts'
import { fileChecks, unitChecks } from '../src/doctor/security/files.ts'
import { socketsIn } from '../src/doctor/security/listening-sockets.ts'
import { ownerChecks } from '../src/doctor/security/owners.ts'
import { isLoopbackAddress } from '../src/doctor/security/loopback.ts'
import { type Program, parentIn, valuesOf, withoutLaunchers, wordsOf } from '../src/doctor/security/programs.ts'
import { settingChecks } from '../src/doctor/security/settings.ts'

const hexadecimal = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')
const row = (local: string, state: string, inode: number): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 100 0`

describe('sockets in /proc/net', () => {
  test('are those that wait, with address and port', () => {
    const tcp = `  sl  local_address rem_address   st\n${row('0100007F:1DB0', '0A', 7)}\n${row('0100007F:1DB1', '01', 8)}\n`
    assert.deepEqual(socketsIn(tcp, 'tcp'), [{ protocol: 'tcp', address: '127.0.0.1', port: 7600, inode: '7' }])
    assert.equal(socketsIn(row('00000000:1283', '07', 9), 'udp')[0]?.address, '0.0.0.0')
  })
  const addresses = [
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['B80D0120000000000000000001000000', '2001:db8::1'],
    ['000080FE00000000000000000A000000', 'fe80::a'],
  ] as const
  for (const [hexadecimal, text] of addresses)
    test(`of IPv6 are in canonical form: ${text}`, () =>
      assert.equal(socketsIn(row(`${hexadecimal}:0035`, '0A', 1), 'tcp')[0]?.address, text))
  test('are read back, whatever the address and port', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    fc.assert(
      fc.property(fc.ipV4(), port, (address, number) => {
        const octets = address.split('.').map((octet) => hexadecimal(Number(octet), 2))
        const [found] = socketsIn(row(`${octets.reverse().join('')}:${hexadecimal(number, 4)}`, '07', 1), 'udp')
        assert.deepEqual(found, { protocol: 'udp', address, port: number, inode: '1' })
      }),
    )
  })
  test('are none in other text, and a line that is changed throws nothing', () => {
    const line = row('0100007F:1DB0', '0A', 7)
    const at = fc.nat(line.length)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => socketsIn(text, 'udp').length === 0))
    fc.assert(
      fc.property(at, fc.string({ unit: 'binary', maxLength: 3 }), (from, text) => {
        assert.ok(socketsIn(line.slice(0, from) + text + line.slice(from + 1), 'tcp').length <= 1)
      }),
    )
  })
})

describe('a command line', () => {
  const lines = [
    ['/usr/bin/node\0--v8-pool-size=0\0/srv/bin/vagus.mjs\0run\0--name\0w\0', ['run', '--name', 'w']],
    ['node\0/usr/bin/vagus\0relay\0', ['relay']],
    ['node\0/root/.npm/_npx/1/node_modules/.bin/vagus\0relay\0', ['relay']],
    ['/opt/node/bin/node\0/srv/apps/cli/src/main.ts\0demo\0', ['demo']],
    ['/usr/bin/setpriv\0--\0/usr/bin/node\0/srv/bin/vagus.mjs\0run\0', undefined],
    ['vim\0bin/vagus.mjs\0', undefined],
    ['node\0server.js\0bin/vagus.mjs\0', undefined],
    ['', undefined],
  ] as const
  for (const [line, words] of lines)
    test(`${words === undefined ? 'is of another program' : `says ${words.join(' ')}`}: ${line.replaceAll('\0', ' ')}`, () =>
      assert.deepEqual(wordsOf(line), words))
  test('that started itself once more, under another Node, is counted once', () => {
    const words = ['run', '--name', 'w']
    const launcher = { pid: 7, parent: 1, words }
    const started = { pid: 8, parent: 7, words }
    const inAnother = { pid: 9, parent: 7, words: ['run', '--name', 'child'] }
    assert.deepEqual(withoutLaunchers([launcher, started, inAnother]), [started, inAnother])
  })
  test('has its parent behind a name of any kind', () => {
    assert.equal(parentIn('8 (a) R 1 (b)) S 7 8 7 0'), 7)
    assert.equal(parentIn(''), undefined)
  })
  test('of another user names a file that has no end: it is not read', async () =>
    assert.equal(await valuesOf('device', ['--config', '/dev/zero']), undefined))
})

test('addresses of this host alone are known in all their forms', () => {
  assert.deepEqual(
    ['127.0.0.1', '127.9.9.9', '::1', 'localhost', '::ffff:127.0.0.1', '::ffff:7f00:1'].map(isLoopbackAddress),
    [true, true, true, true, true, true],
  )
  assert.deepEqual(['::ffff:a00:1', '::', '0.0.0.0', '127.evil.example', '::ffff:7f00:1:1'].map(isLoopbackAddress), [
    false,
    false,
    false,
    false,
    false,
  ])
})

const program = (command: string, values: Program['values'], more: Partial<Program> = {}): Program => ({
  pid: 1,
  command,
  values: { name: 'w', ...values },
  words: [command],
  sockets: [],
  ...more,
})
const warnings = (checks: readonly Check[]): readonly string[] =>
  checks.filter(({ state }) => state !== 'ok').map(({ check }) => check)

describe('programs of this host', () => {
  test('are named with their sockets that are not on loopback', () => {
    const socket = { protocol: 'udp', port: 7601, inode: '1' } as const
    const sockets = [
      { ...socket, address: '127.0.0.1' },
      { ...socket, address: '::' },
    ]
    const [check] = exposureChecks([program('relay', {}, { sockets })])
    assert.equal(check?.found, '1 program, 2 sockets, not on loopback: udp [::]:7601')
  })
  const tokens = { tokens: 't' }
  const cases: readonly (readonly [string, Program, readonly string[]])[] = [
    ["whose sockets are another user's", program('relay', {}, { sockets: undefined }), ['listeners']],
    ['of another version', { ...program('run', {}), values: undefined }, ['programs']],
    ['that tells its metrics to others', program('relay', { metrics: '192.0.2.1:9464' }), ['metrics']],
    ['that tells its metrics here', program('relay', { metrics: '127.0.0.1:9464' }), []],
    ['that anybody calls', program('run', { ...tokens, a2a: 'http://x', listen: ['udp://0.0.0.0:1'] }), ['fleets']],
    ['that anybody calls by a relay', program('run', { ...tokens, mcp: 'stdio', relay: ['r'] }), ['fleets']],
    ['that only calls', program('run', { ...tokens, listen: ['udp://0.0.0.0:1'] }), []],
    ['that publishes without a roster', program('gateway', { publish: ['calc'], issuer: 'https://idp' }), ['gateway']],
    ['that publishes with one', program('gateway', { publish: ['calc'], tokens: 'f', roster: 'acme' }), []],
    ['of a fleet', program('run', { ...tokens, a2a: 'http://x', listen: ['udp://[::]:1'], roster: 'acme' }), []],
    ['that some may call', program('run', { ...tokens, a2a: 'http://x', listen: ['udp://[::]:1'], allow: ['a'] }), []],
    ['that this host calls', program('run', { ...tokens, a2a: 'http://x', listen: ['udp://127.0.0.1:0'] }), []],
    ['without tokens', program('run', {}), ['local callers']],
    [
      'that asks elsewhere in plain',
      program('run', { ...tokens, controller: 'http://192.0.2.1:7600' }),
      ['plain HTTP'],
    ],
    ['that asks here', program('run', { ...tokens, controller: 'http://[::1]:7600' }), []],
    ['that asks over TLS', program('run', { ...tokens, controller: 'https://vagus.example' }), []],
    ['whose BGP has no key', program('device', { controller: '192.0.2.10:1790' }), ['plain BGP']],
    ['whose BGP has one', program('device', { controller: '192.0.2.10:1790', 'key-file': 'k' }), []],
    [
      'whose router is elsewhere',
      program('device', { router: 'gobgp', 'router-at': '192.0.2.1:50051' }),
      ['plain gRPC'],
    ],
    ['whose router is here', program('device', { router: 'gobgp', 'router-at': '127.0.0.1:50051' }), []],
    ['to which all send flows', program('device', { flow: '[::]:4739' }), ['flow addresses']],
    ['with a password', program('relay', {}, { words: ['relay', '--proxy', 'http://a:b@proxy:3128'] }), ['passwords']],
  ]
  for (const [title, one, expected] of cases)
    test(`one ${title}: ${expected.join() || 'nothing'}`, () => {
      const checks = exposureChecks([one])
      assert.deepEqual(warnings(checks), expected)
      for (const { state, fix } of checks) assert.equal(state === 'ok', fix === '')
    })
  test('a password is one in an address only', () => {
    assert.ok(hasPassword('https://me:secret@proxy.example:3128'))
    for (const text of ['http://proxy:3128', 'did:key:z6Mk', 'udp://[2001:db8::1]:7601', 'a@b:c'])
      assert.ok(!hasPassword(text), text)
  })
})

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-files-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'agents/w'), { recursive: true })
  writeFileSync(join(folder, 'agents/w/keys.json'), '{}', { mode: 0o600 })
  writeFileSync(join(folder, 'agents/w/document.jws'), '', { mode: 0o644 })
  return folder
}

describe('key files', () => {
  test('for their user alone are well', (t) => {
    const [check, ...more] = fileChecks(folderOf(t))
    assert.equal(check?.state, 'ok')
    assert.match(check.found, /^1 file with keys/)
    assert.deepEqual(more, [])
  })
  test('that others can read are a fault, with what mends it', (t) => {
    const folder = folderOf(t)
    for (const each of ['', 'agents', 'agents/w']) chmodSync(join(folder, each), 0o755)
    chmodSync(join(folder, 'agents/w/keys.json'), 0o640)
    const [check] = fileChecks(folder)
    assert.equal(check?.state, 'fail')
    assert.match(check.found, /keys\.json \(0640\)/)
    assert.ok(check.fix.startsWith(`chmod 600 ${folder}/agents/w/keys.json`))
  })
  test('in a folder that others cannot enter are not theirs to read', (t) => {
    const folder = folderOf(t)
    chmodSync(join(folder, 'agents/w/keys.json'), 0o644)
    assert.deepEqual(warnings(fileChecks(folder)), [])
  })
  test('may be well in a home that is open, which is said', (t) => {
    const folder = folderOf(t)
    chmodSync(folder, 0o755)
    assert.deepEqual(warnings(fileChecks(folder)), ['home'])
  })
  test('are none where there is no state', () => assert.deepEqual(warnings(fileChecks('/nowhere')), []))
})

describe('owners of fleets', () => {
  test('are none where no agent has a roster', (t) => assert.deepEqual(ownerChecks(folderOf(t)), []))
  test('have their next key elsewhere, or are told', (t) => {
    const folder = folderOf(t)
    const key = join(folder, 'agents/w/next-key.json')
    writeFileSync(join(folder, 'agents/w/roster.jws'), '')
    assert.equal(ownerChecks(folder)[0]?.state, 'ok')
    writeFileSync(key, '{}')
    const [check] = ownerChecks(folder)
    assert.equal(check?.state, 'warn')
    assert.match(check.found, /^the next key of w lies/)
    rmSync(key)
    symlinkSync(join(folder, 'agents/w/keys.json'), key)
    assert.equal(ownerChecks(folder)[0]?.state, 'ok')
  })
})

describe('units', () => {
  const units = [
    ['ExecStart=vagus relay', []],
    ['Environment=NODE_COMPILE_CACHE=/var/cache/vagus', []],
    ['Environment=OTEL_EXPORTER_OTLP_HEADERS=authorization=x', ['units']],
    ['Environment="API_TOKEN=x"', ['units']],
    [' Environment = API_TOKEN=x', ['units']],
    ['ExecStart=vagus run --proxy http://me:secret@proxy:3128', ['units']],
  ] as const
  for (const [line, expected] of units)
    test(`with ${line}: ${expected.join() || 'nothing'}`, (t) => {
      const folder = folderOf(t)
      writeFileSync(join(folder, 'vagus-w.service'), `[Service]\n${line}\n`)
      writeFileSync(join(folder, 'other.service'), 'Environment=TOKEN=x\n')
      const checks = unitChecks([folder, '/nowhere'])
      assert.equal(checks.length, 1)
      assert.deepEqual(warnings(checks), expected)
    })
  test('with a token in what "systemctl edit" adds', (t) => {
    const folder = folderOf(t)
    mkdirSync(join(folder, 'vagus-w.service.d'))
    writeFileSync(join(folder, 'vagus-w.service'), '[Service]\nExecStart=vagus relay\n')
    writeFileSync(join(folder, 'vagus-w.service.d/override.conf'), '[Service]\nEnvironment=API_TOKEN=x\n')
    const [check] = unitChecks([folder])
    assert.match(check!.found, /read API_TOKEN in .*override\.conf$/)
    assert.match(check!.fix, /--full vagus-w\.service$/)
  })
})

describe('settings', () => {
  const settings = (input: ConfigInput): readonly Check[] => settingChecks(configSchema.parse(input))
  test('by default are well, and say that a person approves', () => {
    assert.deepEqual(warnings(settings({})), [])
    assert.match(settings({})[0]!.found, /a person approves/)
  })
  test('an API that others reach has neither TLS nor log-in', () =>
    assert.deepEqual(warnings(settings({ listen: '192.0.2.10:7600' })), ['API address']))
  test('BGP without a key', () => {
    assert.deepEqual(warnings(settings({ bgp: { listen: '192.0.2.10:1790' } })), ['BGP key'])
    assert.deepEqual(warnings(settings({ bgp: { listen: '192.0.2.10:1790', keyFile: 'k' } })), [])
    assert.deepEqual(warnings(settings({ bgp: { listen: '127.0.0.1:1790' } })), [])
  })
  test('acting by itself is a fact with its bounds; without any proof it is a warning', () => {
    const [fact] = settings({ steering: { act: 'by-itself' } })
    assert.equal(fact?.state, 'ok')
    assert.match(fact.found, /^steering\.act is by-itself: up to 4 approvals an hour .* once 5 proposals/)
    assert.deepEqual(warnings(settings({ steering: { act: 'by-itself', bounds: { proven: 0 } } })), ['acting'])
  })
  test('what agents may do is told', () => {
    const checks = settings({ steering: { agents: {} }, lines: { block: 'fd00:c::/32', agents: { rate: 1e9 } } })
    assert.equal(checks.filter(({ check }) => check === 'agents act').length, 2)
  })
})

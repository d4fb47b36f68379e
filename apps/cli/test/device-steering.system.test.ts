/** Who may steer by a router: what is read from the command line, and refused before anything starts. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Keyring } from '@vagus/keyring'
import { checkUnsteered, steeringOf } from '../src/device-steering.ts'

const by = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
const none = {
  'steered-by': undefined,
  api: undefined,
  as: undefined,
  'steer-prefixes': undefined,
  'steer-for': undefined,
  lines: undefined,
  'line-links': undefined,
  'line-sites': undefined,
  'line-share': undefined,
  home: undefined,
}
const steered = { ...none, 'steered-by': by, api: '192.0.2.10' }

function host(folder: string, more: object = {}) {
  const lines: string[] = []
  const report = (line: string): void => void lines.push(line)
  return { keyring: new Keyring(folder), device: 'pe-1', environment: {}, report, lines, ...more }
}

test('the agent of a device is made once, its id is printed, and bounds have their usual values', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-device-steering-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const first = host(folder)
  const { lookup: _, list: __, keyring, ...options } = await steeringOf(steered, first)
  assert.deepEqual(options, { by, as: 'pe-1', allowed: { prefixes: [], leaseMs: 7_200_000 } })
  const { id } = keyring.open('pe-1', Date.now()).identity
  assert.equal(first.lines.at(-1), `steering: its id is ${id}; devices.id in the controller's vagus.yaml must be that`)
  const second = host(folder, { environment: { VAGUS_CONTROLLER: 'http://192.0.2.10:7600' } })
  const held = { ...steered, lines: 'fd00:C::/32', 'line-links': ['eth1', 'eth2'], 'line-sites': ['10.0.0.0/8'] }
  assert.deepEqual((await steeringOf(held, first)).lines, {
    block: 'fd00:c::/32',
    links: ['eth1', 'eth2'],
    share: 0.9,
    sites: ['10.0.0.0/8'],
  })
  const wanted = { ...steered, api: undefined, 'steer-prefixes': ['2001:DB8::/32'], 'steer-for': 60 }
  const { allowed } = await steeringOf(wanted, second)
  assert.deepEqual(allowed, { prefixes: ['2001:db8::/32'], leaseMs: 60_000 })
  assert.deepEqual(second.lines, [first.lines.at(-1)])
})

test('what makes no sense is refused with what would, before keys are made', async () => {
  const refused = async (more: object, device = 'pe-1'): Promise<string> => {
    const folder = join(tmpdir(), 'vagus-device-steering-not-there')
    const { message } = await steeringOf({ ...steered, ...more }, host(folder, { device })).then(
      () => assert.fail('it is taken'),
      (error: Error) => error,
    )
    assert.deepEqual(new Keyring(folder).names(), [])
    return message
  }
  assert.match(await refused({ 'steered-by': 'controller' }), /must be an id such as did:key:z6Mk…, got "controller"/)
  assert.match(await refused({ api: undefined }), /needs --api ADDRESS/)
  assert.match(await refused({}, 'PE.1'), /"PE\.1" is no name of an agent: 1\.\.63 of a-z/)
  assert.match(await refused({ 'steer-for': 86_401 }), /must be 1s to 1d, got 86401 s/)
  assert.match(await refused({ 'steer-prefixes': ['eth1'] }), /must be prefixes such as 192\.0\.2\.0\/24/)
  assert.match(
    await refused({ 'line-links': ['eth1'] }),
    /--line-links needs --lines BLOCK, such as --lines fd00:c::\/32/,
  )
  assert.match(await refused({ lines: 'fd00:c::/32' }), /--lines needs --line-links LIST/)
  const linked = { lines: 'fd00:c::/32', 'line-links': ['eth1'] }
  assert.match(await refused(linked), /--lines needs --line-sites LIST/)
  const lines = { ...linked, 'line-sites': ['10.0.0.0/8'] }
  assert.match(await refused({ ...lines, lines: 'fd00:c::/48' }), /IPv6 prefix of 32 bits, such as fd00:c::\/32, got/)
  assert.match(await refused({ ...lines, 'line-links': ['eth1;reboot'] }), /a name such as eth1, got "eth1;reboot"/)
  assert.match(await refused({ ...lines, 'line-share': '1' }), /may take 0\.\.0\.95 of a link, got 1/)
  assert.match(
    await refused({ ...lines, 'line-sites': ['0.0.0.0/0'] }),
    /such as 10\.1\.0\.0\/16 or .*, got "0\.0\.0\.0\/0"/,
  )
  for (const one of ['api', 'as', 'steer-prefixes', 'steer-for', 'lines', 'line-links', 'line-sites', 'home'] as const)
    assert.throws(() => checkUnsteered({ ...none, [one]: one === 'steer-for' ? 1 : 'x' }), /needs --steered-by ID/)
  checkUnsteered(none)
  checkUnsteered({ ...none, api: 'http://192.0.2.10:7600', services: ['eth1'] })
})

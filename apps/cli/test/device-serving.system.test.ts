/** How a device serves its router: what is read from the command line, and refused before anything starts. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Keyring } from '@vagus/keyring'
import { checkUnserved, servingOf, toolsOf } from '../src/device-serving.ts'

const owner = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
const none = {
  tools: false,
  configures: undefined,
  'serve-to': undefined,
  'serve-as': undefined,
  'serve-at': undefined,
}
const keyring = new Keyring(join(tmpdir(), 'vagus-device-serving-not-there'))
const place = {
  keyring,
  name: 'pe-1',
  steersAs: undefined,
  api: 'http://192.0.2.10:7600',
  control: '/run/vagus/pe-1.sock',
  environment: {},
  report: () => {},
}
const refused = (values: Partial<typeof none>, more: object = {}): Promise<string> =>
  servingOf(owner, { ...none, ...values }, { ...place, ...more }).then(
    () => assert.fail('it is taken'),
    ({ message }: Error) => message,
  )

test('tools are off unless they are asked for, and change nothing unless lines are named', () => {
  assert.equal(toolsOf(none), undefined)
  assert.deepEqual(toolsOf({ ...none, tools: true }), { configures: [] })
  assert.deepEqual(toolsOf({ ...none, 'serve-to': owner }), { configures: [] })
  const lines = ['interface * / description *']
  assert.deepEqual(toolsOf({ ...none, configures: lines }), { configures: lines })
})

test('it serves as the device, and its program is the MCP server of this agent’s socket', async () => {
  const serving = await servingOf(owner, none, place)
  assert.deepEqual([serving.name, serving.owner, serving.controller], ['pe-1', owner, 'http://192.0.2.10:7600'])
  assert.deepEqual(serving.program.slice(-4), ['device', 'mcp', '--control', '/run/vagus/pe-1.sock'])
  assert.equal(serving.programSpeaks, 'mcp')
  assert.ok(
    serving.listen.every((uri) => uri.includes('//127.0.0.1:')),
    'only this host, unless it is said',
  )
  assert.deepEqual(keyring.names(), [], 'keys are made when it starts')
})

test('what makes no sense is refused with what would', async () => {
  assert.match(
    await refused({}, { steersAs: 'pe-1' }),
    /pe-1 is the agent that the controller steers by, and cannot serve a fleet as well/,
  )
  assert.match(await refused({ 'serve-as': 'PE 1' as never }), /"PE 1" is no name of an agent/)
  assert.match(await refused({ 'serve-at': ['sctp://1'] as never }), /must be like udp:\/\//)
  assert.throws(() => checkUnserved({ ...none, 'serve-as': 'x' }), /--serve-as needs --serve-to OWNER/)
  checkUnserved(none)
})

test('an owner is an id, or a name of this host', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-device-serving-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await assert.rejects(servingOf('acme', none, place), /nobody there is called "acme"/)
  const own = new Keyring(folder)
  const about = { role: 'acme', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 60 }
  const { id } = own.create('acme', about, Date.now()).identity
  assert.equal((await servingOf('acme', none, { ...place, keyring: own })).owner, id)
})

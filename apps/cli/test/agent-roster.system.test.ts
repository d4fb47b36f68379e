import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { until } from '../../../scripts/eventually.ts'
import { saidBy } from './says.ts'
import { type Ended, start, vagus } from './started.ts'
import { freePort } from '../../../scripts/free-port.ts'

/** A fleet whose owner has another home than its agents, and a controller between them. */
const folder = mkdtempSync(join(tmpdir(), 'vagus-roster-'))
const socket = join(folder, 'c.sock')
const children: ChildProcess[] = []
const agent = resolve(import.meta.dirname, '../../sidecar/test/fixtures/a2a-agent.ts')
const environmentOf = (user: string) => ({ VAGUS_HOME: join(folder, user), VAGUS_CONTROLLER: `unix:${socket}` })
const hq = (...args: readonly string[]): Promise<Ended> => vagus(args, environmentOf('hq'))
const here = (...args: readonly string[]): Promise<Ended> => vagus(args, environmentOf('here'))
const textOf = ({ out, err }: Ended): string => `${out}${err}`.replaceAll(/\s+/g, ' ')
const idOf = async (who: typeof hq, name: string): Promise<string> =>
  /did:key:\w+/.exec((await who('id', 'show', name)).out)![0]
let owner: string

async function says(child: ChildProcess, pattern: RegExp): Promise<void> {
  children.push(child)
  await saidBy(child, pattern)
}
before(async () => {
  // There is no controller yet, which must know the owner before it takes its roster.
  const made = await vagus(['roster', 'new', 'acme'], { ...environmentOf('hq'), VAGUS_CONTROLLER: '' })
  assert.equal(made.exit, 0, textOf(made))
  for (const name of ['writer', 'boss']) assert.equal((await here('id', 'new', name)).exit, 0)
  owner = await idOf(hq, 'acme')
  writeFileSync(
    join(folder, 'vagus.yaml'),
    `listen: unix:${socket}\nflow: { listen: ['127.0.0.1:0'] }\naccess: { owners: [{ name: acme, id: '${owner}' }] }\n`,
  )
  const args = ['controller', '-c', join(folder, 'vagus.yaml'), '--home', join(folder, 'controller')]
  await says(start(process.execPath, args), /flows: udp/)
  for (const name of ['writer', 'boss']) {
    const added = await hq('roster', 'add', name, '--role', name, '--id', await idOf(here, name))
    assert.equal(added.exit, 0, textOf(added))
  }
  const port = await freePort()
  await says(spawn(process.execPath, [agent, String(port)], { stdio: 'pipe' }), /listening/)
  const run = ['run', '--name', 'writer', '--a2a', `http://127.0.0.1:${port}`, '--roster', owner]
  await says(start(process.execPath, run, environmentOf('here')), /belongs to the fleet of did:key.*2 members/)
})
after(async () => {
  const over = children.map((child) => new Promise((done) => child.once('close', done)))
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(over)
  rmSync(folder, { recursive: true, force: true })
})

describe('the commands of a fleet', { concurrency: false }, () => {
  const call = (as: string): Promise<Ended> => here('agent', 'call', 'writer', 'hello', '--as', as, '--roster', owner)
  const succeeds = (name: string) =>
    until(
      () => call(name),
      ({ exit }) => exit === 0,
    )
  test('call as a member, and say what is missing to whoever is none', async () => {
    assert.match((await succeeds('boss')).out, /hello yourself/)
    const stranger = await call('stranger')
    assert.notEqual(stranger.exit, 0)
    assert.match(textOf(stranger), /is no member of the roster; its owner adds members/)
    const bare = await here('agent', 'call', 'writer', 'hello', '--as', 'stranger')
    assert.match(textOf(bare), /refused by did:key:\w+: did:key:\w+ is no member of the roster/)
    const byRole = await here('agent', 'call', 'role:writer', 'hello', '--as', 'boss', '--roster', owner)
    assert.match(byRole.out, /hello yourself/, textOf(byRole))
  })
  test('take an agent out of it, and back', async () => {
    const taken = await hq('agent', 'quarantine', 'boss', '--reason', 'key on a stolen laptop')
    assert.equal(taken.exit, 0, textOf(taken))
    const refused = await here('agent', 'call', 'writer', 'hello', '--as', 'boss')
    assert.notEqual(refused.exit, 0)
    assert.match(textOf(refused), /boss is in quarantine since .*: key on a stolen laptop/)
    assert.equal((await hq('agent', 'release', 'boss')).exit, 0)
    await succeeds('boss')
  })
  test('know an owner by its id, or by a name of this host', async () => {
    const unknown = await here('run', '--name', 'writer', '--roster', 'acme')
    assert.deepEqual([unknown.exit, /nobody there is called "acme"/.test(textOf(unknown))], [2, true], textOf(unknown))
    const without = await here('agent', 'call', 'role:writer', 'hello', '--find', '@roster')
    assert.deepEqual([without.exit, /add --roster OWNER/.test(textOf(without))], [2, true], textOf(without))
  })
})

/** A fleet from nothing, with the real command and a real controller. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { RosterList, RosterResource } from '@vagus/api'
import { saidBy } from './says.ts'
import { type Ended, start, vagus as ended } from './started.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-fleet-'))
const [ofController, ofOwner] = ['controller', 'owner'].map((name) => join(home, name)) as [string, string]
let controller: ChildProcess
let address = ''

before(async () => {
  const args = ['controller', '--home', ofController, '--listen', '127.0.0.1:0', '--flow.listen', '127.0.0.1:0']
  controller = start(process.execPath, args)
  address = (await saidBy(controller, /API and console: (http:\S+)/))[1]!
})
after(async () => {
  const over = once(controller, 'close')
  controller.kill('SIGTERM')
  await over
  rmSync(home, { recursive: true, force: true })
})

const vagus = (...args: readonly string[]): Promise<Ended> => ended(args, { VAGUS_HOME: ofOwner })
const said = async (...args: readonly string[]): Promise<string> => {
  const { exit, out, err } = await vagus(...args)
  assert.equal(exit, 0, err)
  return out
}

describe('a fleet from nothing', () => {
  test('has an owner and members; without a controller it is said which file to copy', async () => {
    assert.match((await vagus('roster', 'show')).err, /no agent of this host owns a fleet\n.*vagus roster new NAME/)
    assert.match(await said('roster', 'new', 'acme'), /copy it to a --lookup folder of each host, as acme\.roster/)
    for (const name of ['writer', 'boss']) {
      await said('id', 'new', name)
      assert.match(await said('roster', 'add', name, '--role', `${name}s`), /is a member as \w+: did:key:z6Mk\w{44}/)
    }
    assert.match((await vagus('roster', 'add', 'nobody')).err, /no agent "nobody" is known to/)
  })

  test('has members with a role for some time', async () => {
    assert.match(
      await said('roster', 'add', 'writer', '--role', 'on-call', '--until', '8h'),
      /a member as on-call until \d/,
    )
    assert.match(await said('roster', 'show'), /writer +writers on-call \((8h|7h\w*)/)
    assert.match((await vagus('roster', 'add', 'writer', '--until', '8h')).err, /"--until" needs --role LIST/)
    await said('roster', 'add', 'writer', '--role', 'writers')
    assert.doesNotMatch(await said('roster', 'show'), /on-call/)
  })

  test('has policies that are checked first, and says what they decide', async () => {
    const file = join(home, 'acme.cedar')
    writeFileSync(file, '@id("down")\npermit (principal in Role::"bosss", action, resource);\n')
    await said('roster', 'policy', file)
    assert.equal(await said('roster', 'check', 'boss', 'writer'), 'allowed: permitted by "down"\n')
    assert.equal((await vagus('roster', 'check', 'writer', 'boss')).exit, 1)
    writeFileSync(file, 'permit (principal, action, resourc);')
    const { exit, err } = await vagus('roster', 'policy', file)
    assert.equal(exit, 2)
    assert.match(err, /acme\.cedar:1:28: .*\n +permit \(principal, action, resourc\);\n +\^\n/)
    assert.match(await said('roster', 'policy'), /@id\("down"\)/, 'the ones before are in force still')
  })

  test('is published by an owner whom the controller knows, or with the key of its operator', async () => {
    const refused = await vagus('roster', 'publish', '--controller', address)
    assert.equal(refused.exit, 4)
    assert.match(refused.err, /is signed, but not published: .*\n.*access: \{ owners: \[\{ name: acme, id: did:key:/)
    const { roster, owner } = JSON.parse(await said('roster', 'show', '--json')) as RosterResource
    const authorization = `Bearer ${readFileSync(join(ofController, 'operator.key'), 'utf8').trim()}`
    const headers = { authorization, 'content-type': 'application/jose' }
    const put = await fetch(`${address}/v1/rosters/${owner}`, { method: 'PUT', headers, body: roster })
    assert.equal(put.status, 201)
    const { items } = JSON.parse(await said('roster', 'ls', '--controller', address, '--json')) as RosterList
    assert.deepEqual(
      items.map(({ name, members }) => [name, members]),
      [['acme', 2]],
    )
  })

  test('puts a member in quarantine and releases it; two commands at once lose nothing', async () => {
    await Promise.all([
      said('agent', 'quarantine', 'writer', '--reason', 'key on a stolen laptop'),
      said('roster', 'add', 'boss', '--role', 'chiefs'),
    ])
    const { members } = JSON.parse(await said('roster', 'show', '--json')) as RosterResource
    assert.deepEqual(
      members.map(({ name, roles, quarantined }) => [name, roles, quarantined?.reason]),
      [
        ['writer', ['writers'], 'key on a stolen laptop'],
        ['boss', ['chiefs'], undefined],
      ],
    )
    assert.match(
      (await vagus('roster', 'check', 'boss', 'writer')).out,
      /refused: writer is in quarantine since .*stolen/,
    )
    assert.match(await said('agent', 'release', 'writer'), /is released from quarantine/)
    assert.match((await vagus('agent', 'release', 'writer')).err, /"writer" is not in quarantine/)
  })

  test('is to be signed anew when its owner has new keys; who is only a member hears nothing of that', async () => {
    assert.match((await vagus('id', 'rotate', 'acme')).err, /vagus roster publish --renew --roster acme\n/)
    assert.equal((await vagus('id', 'rotate', 'boss')).err, '')
    await said('roster', 'publish', '--renew', '--roster', 'acme')
  })
})

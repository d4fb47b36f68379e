import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { verifyRoster } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { identityOf } from '../../../../packages/lookup/test/identities.ts'
import { Chooser } from '../../src/found/chooser.ts'
import { Claimants } from '../../src/found/claimants.ts'
import { memberFindRules } from '../../src/found/find-rule.ts'
import { Holders } from '../../src/found/holders.ts'
import { Fleet } from '../../src/roster/fleet.ts'
import { memberDirectory } from '../../src/roster/member-lookup.ts'
import { newId, newOwner } from '../roster/rosters.ts'

test('a role that is taken from an agent while it is connected to is called there no more', async () => {
  const iat = Math.floor(Date.now() / 1000)
  const { id, document } = identityOf(0, { iat, exp: iat + 3600 })
  const owner = newOwner()
  const fleet = new Fleet(owner.id, newId())
  let epoch = 0
  const publish = (...roles: readonly string[]): void => {
    const jws = owner.sign({ epoch: ++epoch, members: [{ id, name: 'writer', roles }] })
    const read = verifyRoster(jws, Date.now(), identityCrypto)
    assert.ok(read.type === 'verified')
    fleet.take(read.roster)
  }
  const source = { find: async () => [{ document }], search: async () => ({ claimants: [], gaps: [], near: [] }) }
  const members = memberDirectory(fleet, source)
  const sources = { '@host': [], '@lookup': [], '@controller': [], '@roster': [members] }
  let meanwhile = (): void => undefined
  const connect = async (): Promise<never> => {
    meanwhile()
    return {} as never // the chooser only asks whether there is one
  }
  const chooser = new Chooser({
    agent: { id: newId(), connect, connected: () => [] },
    claimants: new Claimants(memberFindRules, sources, source, fleet),
    holders: new Holders(new DatabaseSync(':memory:')),
    callsTo: () => 0,
  })
  const choose = (...words: readonly string[]) =>
    chooser.choose(
      { caller: '', word: 'role:tools' },
      { words, kind: words.length === 0 ? 'stands alone' : 'begins' },
      new AbortController().signal,
    )
  publish('tools')
  assert.equal((await choose('task:1')).agent, id)
  meanwhile = publish
  await assert.rejects(choose(), { reason: 'unreachable', message: /may not answer to role:tools any more/ })
  meanwhile = (): void => undefined
  publish('tools')
  meanwhile = publish
  await assert.rejects(choose('task:1'), { reason: 'unreachable' }, 'also what it holds')
})

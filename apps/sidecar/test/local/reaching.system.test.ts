/** Agents that do not answer in time: what the program is told, and what is learned of them. */
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Agent } from '@vagus/agent'
import { verifyRoster } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { identityOf } from '../../../../packages/lookup/test/identities.ts'
import { Chooser } from '../../src/found/chooser.ts'
import { Claimants } from '../../src/found/claimants.ts'
import { memberFindRules } from '../../src/found/find-rule.ts'
import { Holders } from '../../src/found/holders.ts'
import type { LocalRequest } from '../../src/local/local-request.ts'
import { Reaching } from '../../src/local/reaching.ts'
import { Fleet } from '../../src/roster/fleet.ts'
import { memberDirectory } from '../../src/roster/member-lookup.ts'
import type { Belongings } from '../../src/wire/belongings.ts'
import { newId, newOwner } from '../roster/rosters.ts'

/** Two agents with the role `tools`; those in `silent` do not answer. Time passes by `pass`. */
function scene(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const iat = Math.floor(Date.now() / 1000)
  const agents = [0, 1].map((at) => identityOf(at, { iat, exp: iat + 3600 }))
  const ids = agents.map(({ id }) => id)
  const owner = newOwner()
  const fleet = new Fleet(owner.id, newId())
  const members = ids.map((id, at) => ({ id, name: `writer-${at}`, roles: ['tools'] }))
  const read = verifyRoster(owner.sign({ epoch: 1, members }), Date.now(), identityCrypto)
  assert.ok(read.type === 'verified')
  fleet.take(read.roster)
  const find = async (name: string) => agents.filter(({ id }) => id === name)
  const source = { find, search: async () => ({ claimants: [], gaps: [], near: [] }) }
  const sources = { '@host': [], '@lookup': [], '@controller': [], '@roster': [memberDirectory(fleet, source)] }
  const silent = new Set<string>()
  const tried: string[] = []
  const connect = (id: string, { signal }: { readonly signal: AbortSignal }): Promise<unknown> => {
    tried.push(id)
    if (!silent.has(id)) return Promise.resolve({ peer: { identity: { id } } })
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  }
  const agent = { id: newId(), connect, connected: () => [] } as unknown as Pick<Agent, 'id' | 'connect' | 'connected'>
  const holders = new Holders(new DatabaseSync(':memory:'))
  const claimants = new Claimants(memberFindRules, sources, source, fleet)
  const reaching = new Reaching(agent, new Chooser({ agent, claimants, holders, callsTo: () => 0 }))
  const response = new EventEmitter()
  const reach = (to: string, belongings: Belongings) => {
    const local = { agent: to, caller: '', response } as unknown as LocalRequest
    const reached = reaching.reach(local, () => belongings, undefined)
    reached.catch(() => undefined) // it is awaited later
    return reached
  }
  const pass = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed++) {
      for (let count = 0; count < 5; count++) await turn()
      t.mock.timers.tick(1000)
    }
  }
  return { ids, silent, tried, reach, pass, response }
}

const alone: Belongings = { words: [], kind: 'stands alone' }

test('who calls a role is told of each agent that did not answer in time', async (t) => {
  const { ids, silent, reach, pass, response } = scene(t)
  for (const id of ids) silent.add(id)
  const reached = reach('role:tools', alone)
  await pass(20)
  const each = 'did:key:\\S+: it did not answer in time'
  await assert.rejects(reached, {
    reason: 'unreachable',
    message: new RegExp(`each of 2 agents is not reached: ${each}; ${each}$`),
  })
  assert.equal(response.listenerCount('close'), 0)
})

test('who holds what a call belongs to, and did not answer in time, is named', async (t) => {
  const { silent, reach, pass } = scene(t)
  const { id } = await reach('role:tools', { words: ['task:1'], kind: 'begins' })
  silent.add(id)
  const reached = reach('role:tools', { words: ['task:1'], kind: 'continues' })
  await pass(20)
  await assert.rejects(reached, {
    reason: 'unreachable',
    message: `${id}, which has what this belongs to, is not reached: it did not answer in time`,
  })
})

test('an agent that did not answer in time is tried after others for a while, but not because a program left', async (t) => {
  const { silent, tried, reach, pass, response } = scene(t)
  const belonging: Belongings = { words: ['task:1'], kind: 'stands alone' }
  const { id } = await reach('role:tools', belonging)
  silent.add(id)
  const firstTried = async (): Promise<string | undefined> => {
    tried.length = 0
    const reached = reach('role:tools', alone)
    await pass(2) // the next one is tried beside it
    await reached
    return tried[0]
  }
  const left = reach('role:tools', belonging)
  await pass(1)
  response.emit('close')
  await assert.rejects(left, { code: 'cancelled' })
  silent.delete(id)
  assert.equal(await firstTried(), id)
  silent.add(id)
  const late = reach('role:tools', belonging)
  await pass(20)
  await assert.rejects(late, { reason: 'unreachable' })
  assert.notEqual(await firstTried(), id)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reportHoldsSeconds } from '@vagus/api/session-report'
import { identityCrypto } from '@vagus/transport'
import { AgentList, isSilent, type KeptAgent } from '../../src/agents/agent-list.ts'
import { documentOf, type DocumentOptions } from '../support/agent-document.ts'
import { idOf } from '../support/session-report.ts'

const now = Date.UTC(2026, 10, 25)
const day = 86_400_000
const document = (name: string, epoch: number, options: DocumentOptions = {}): string =>
  documentOf(name, epoch, now, options)

function list(kept: Map<string, KeptAgent> = new Map(), at = now, room: { documents?: number; listed?: number } = {}) {
  const keeper = {
    load: () => [...kept.values()],
    keep: (agent: KeptAgent) => void kept.set(agent.name, agent),
    forget: (name: string) => void kept.delete(name),
  }
  return { kept, agents: new AgentList(keeper, identityCrypto, at, room) }
}

describe('the list of agents', () => {
  test('takes an agent, a newer document of it, and its rotated key; finds it by name and id', () => {
    const { agents } = list()
    assert.equal(agents.publish('a', document('a', 0), now).type, 'added')
    assert.equal(agents.publish('a', document('a', 1), now).type, 'renewed')
    assert.equal(agents.publish('a', document('a', 2, { rotated: true }), now).type, 'renewed')
    const found = agents.find('a', now)!
    assert.equal(found.identity.epoch, 2)
    assert.equal(agents.find(found.identity.id, now), found)
  })
  test('takes no older document, no damaged one, none under a name that it does not claim', () => {
    const { agents } = list()
    agents.publish('a', document('a', 1), now)
    for (const [name, wrong] of [
      ['a', document('a', 0)],
      ['a', 'x.y.z'],
      ['b', document('a', 2, { first: 7 })],
    ] as const)
      assert.equal(agents.publish(name, wrong, now).type, 'refused')
    assert.equal(agents.find('a', now)!.identity.epoch, 1)
  })
  test('gives a name to the first who has it, until its document ends', () => {
    const { agents } = list()
    agents.publish('a', document('a', 0), now)
    const other = document('a', 0, { first: 5, days: 9 })
    assert.equal(agents.publish('a', other, now).type, 'taken')
    assert.equal(agents.find('a', now + 2 * day), undefined)
    assert.deepEqual(agents.all(now + 2 * day), [])
    assert.equal(agents.publish('a', other, now + 2 * day).type, 'added')
  })
  test('names an agent by its id: by the first of its names that holds, never by another agent that calls itself so', () => {
    const { agents } = list()
    const id = idOf(1)
    assert.equal(agents.publish(id, document(id, 0, { first: 5, days: 9 }), now).type, 'added')
    assert.equal(agents.publish('b', document('b', 0), now).type, 'added')
    agents.publish('a', document('a', 1, { days: 9 }), now)
    assert.equal(agents.nameOf(id, now), 'b')
    assert.equal(agents.nameOf(id, now + 2 * day), undefined)
    agents.publish('a', document('a', 2, { days: 9 }), now + 2 * day)
    assert.equal(agents.nameOf(id, now + 2 * day), 'a')
    assert.equal(agents.nameOf('a', now), undefined)
  })
  test('forgets nobody in a restart with a clock that is wrong', () => {
    const { agents, kept } = list()
    agents.publish('a', document('a', 0), now)
    const other = document('a', 0, { first: 5, days: 9 })
    assert.equal(list(kept, now - day).agents.publish('a', other, now).type, 'taken')
    assert.equal(list(kept, now + 2 * day).agents.find('a', now + 2 * day), undefined)
    assert.equal(list(kept).agents.publish('a', other, now).type, 'taken')
  })
  test('misses an agent that told of its sessions, over a restart, until it publishes itself again', () => {
    const { agents, kept } = list()
    agents.publish('a', document('a', 0), now)
    const silentAt = now + 5000 + reportHoldsSeconds * 1000
    assert.ok(!isSilent(agents.find('a', now)!, silentAt)) // it was perhaps published by hand
    agents.hear(agents.find('a', now)!, 'told', now + 5000)
    const heard = agents.find('a', now)!
    assert.deepEqual(
      [heard.seenAt, isSilent(heard, silentAt - 1), isSilent(heard, silentAt)],
      [now + 5000, false, true],
    )

    const again = list(kept, silentAt).agents.find('a', silentAt)!
    assert.equal(isSilent(again, silentAt + 34_999), false) // nobody can have told us yet
    assert.equal(isSilent(again, silentAt + 35_000), true)

    agents.publish('a', document('a', 1), silentAt - 1) // on time, so that it is missed as before
    assert.equal(agents.find('a', now)!.presence, 'told')
    agents.publish('a', document('a', 2), silentAt + 60_000)
    assert.equal(agents.find('a', now)!.presence, 'published')
    agents.hear(agents.find('a', now)!, 'ended', silentAt + 60_000)
    assert.equal(kept.get('a')!.presence, 'ended')
    agents.publish('a', document('a', 3), silentAt + 60_000)
    assert.equal(kept.get('a')!.presence, 'published')
  })
  test('misses one on a battery later, as it said, also after it has renewed its document', () => {
    const { agents } = list()
    agents.publish('a', document('a', 0), now)
    agents.hear(agents.find('a', now)!, 'told', now, 100)
    agents.publish('a', document('a', 1), now)
    const heard = agents.find('a', now)!
    assert.deepEqual([isSilent(heard, now + 124_999), isSilent(heard, now + 125_000)], [false, true])
  })
  test('takes so many octets of documents: beyond them nobody, until one has ended or is forgotten', () => {
    const { agents, kept } = list(new Map(), now, { documents: 2 * document('a', 0).length + 9 })
    const others = ['b', 'c'].map((name, index) => document(name, 0, { first: 5 + index * 2, days: 9 }))
    agents.publish('a', document('a', 0), now)
    agents.publish('b', others[0]!, now)
    assert.equal(agents.publish('c', others[1]!, now).type, 'full')
    assert.equal(agents.publish('a', document('a', 1), now).type, 'renewed')
    const longer = document('a', 2, {
      locators: [{ network: 'lan', sequence: 1, exp: now / 1000 + 60, addresses: ['udp://10.1.0.1:7601'] }],
    })
    assert.equal(agents.publish('a', longer, now).type, 'full')
    assert.equal(agents.publish('c', others[1]!, now + 2 * day).type, 'added')
    assert.deepEqual([...kept.keys()], ['b', 'c'])
    assert.equal(agents.forget('b', now)?.name, 'b')
    assert.equal(agents.publish('a', document('a', 0), now).type, 'added')
  })
  test('takes so many octets of addresses and skills, which everybody who asks for the list gets', () => {
    const { agents } = list(new Map(), now, { listed: 60 })
    const at = (...addresses: readonly string[]): DocumentOptions => ({
      locators: [{ network: 'lan', sequence: 1, exp: now / 1000 + 60, addresses }],
    })
    const [one, other] = ['udp://10.1.0.1:7601', 'udp://10.1.0.2:7601'] as const
    assert.equal(agents.publish('a', document('a', 0, at(one)), now).type, 'added')
    assert.equal(agents.publish('b', document('b', 0, { first: 5, ...at(one) }), now).type, 'added')
    assert.equal(agents.publish('c', document('c', 0, { first: 7, ...at(one) }), now).type, 'full')
    assert.equal(agents.publish('a', document('a', 1, at(one, other)), now).type, 'full')
    assert.equal(agents.publish('a', document('a', 1), now).type, 'renewed')
    assert.equal(agents.publish('c', document('c', 0, { first: 7, ...at(one) }), now).type, 'added')
  })
  test('forgets an agent by name or id, also over a restart, until it publishes itself again', () => {
    const { agents, kept } = list()
    agents.publish('a', document('a', 0), now)
    assert.equal(agents.forget('b', now), undefined)
    assert.equal(agents.forget(idOf(1), now)?.name, 'a')
    assert.deepEqual([agents.find('a', now), agents.nameOf(idOf(1), now), kept.size], [undefined, undefined, 0])
    assert.equal(agents.publish('a', document('a', 0), now).type, 'added')
  })
  test('lists nobody, and takes no newer document, that the disk does not take', () => {
    let isFull = false
    const keep = (): void => {
      if (isFull) throw new Error('full')
    }
    const agents = new AgentList({ load: () => [], keep, forget: keep }, identityCrypto, now)
    agents.publish('a', document('a', 0), now)
    isFull = true
    assert.throws(() => agents.publish('a', document('a', 1), now), /full/)
    assert.throws(() => agents.publish('b', document('b', 0, { first: 5 }), now), /full/)
    assert.throws(() => agents.forget('a', now), /full/)
    assert.deepEqual(
      agents.all(now).map(({ name, identity }) => [name, identity.epoch]),
      [['a', 0]],
    )
  })
  test('is there again after a restart, without those that ended meanwhile', () => {
    const { agents, kept } = list()
    agents.publish('a', document('a', 0), now)
    agents.publish('b', document('b', 0, { first: 5, days: 9 }), now)
    const again = list(kept, now + 2 * day)
    assert.deepEqual(
      again.agents.all(now + 2 * day).map(({ name }) => name),
      ['b'],
    )
  })
})

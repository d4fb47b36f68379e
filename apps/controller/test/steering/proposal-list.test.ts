import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Proposal } from '@vagus/api/steering'
import { proposalListOf } from '../../src/resources/proposals.ts'
import { maxProposals, type ProposalKeeper, ProposalList } from '../../src/steering/proposal-list.ts'
import { proposal } from './proposal.ts'

const day = 86_400_000
const start = Date.parse('2026-11-26T03:00:00Z')

/** A disk that refuses while `full`. */
function disk(kept: readonly Proposal[] = []) {
  const written = new Map(kept.map((one) => [one.id, one]))
  const state = { full: false, writes: 0 }
  const keeper: ProposalKeeper = {
    load: () => [...written.values()],
    keep(one) {
      if (state.full) throw new Error('the disk is full')
      state.writes++
      written.set(one.id, one)
    },
    forget: (id) => void written.delete(id),
  }
  return { keeper, written, state }
}

describe('the list of proposals', () => {
  test('keeps what it took over a restart, newest first, and knows the last number of each neighbour', () => {
    const { keeper } = disk()
    const list = new ProposalList(keeper)
    for (const [at, id] of ['transit-9', 'transit-10', 'peer-2'].entries())
      list.take(proposal({ id, neighbour: id.split('-')[0]!, openedAt: new Date(start + at).toISOString() }))
    list.save(start)
    const again = new ProposalList(keeper)
    assert.deepEqual(
      again.all().map(({ id }) => id),
      ['peer-2', 'transit-10', 'transit-9'],
    )
    assert.deepEqual(
      ['transit', 'peer', 'other'].map((name) => again.lastNumber(name)),
      [10, 2, 0],
    )
  })
  test('writes what has changed, once, and again when the disk refused it', () => {
    const { keeper, written, state } = disk()
    const list = new ProposalList(keeper)
    state.full = true
    list.take(proposal({}))
    assert.throws(() => list.save(start), /full/)
    assert.equal(list.find('transit-1')?.state, 'open', 'it is there all the same')
    state.full = false
    list.save(start)
    list.take(proposal({}))
    list.save(start)
    assert.deepEqual([state.writes, written.size], [1, 1])
  })
  test('lets what has ended be', () => {
    const list = new ProposalList(disk().keeper)
    const endedAt = new Date(start).toISOString()
    list.take(proposal({ state: 'relieved', endedAt }))
    list.take(proposal({}))
    assert.equal(list.find('transit-1')?.state, 'relieved')
  })
  test('forgets those that ended 90 days ago, and the oldest ended ones beyond the limit; never an open one', () => {
    const many = Array.from({ length: maxProposals + 1 }, (_, index) => {
      const at = new Date(start + index * 1000).toISOString()
      return proposal({
        id: `transit-${index}`,
        openedAt: at,
        ...(index === 0 ? {} : { state: 'measured', endedAt: at }),
      })
    })
    const { keeper, written } = disk(many)
    const list = new ProposalList(keeper)
    list.save(start + day)
    assert.equal(written.size, maxProposals)
    assert.deepEqual(
      [written.has('transit-0'), written.has('transit-1'), written.has('transit-2')],
      [true, false, true],
    )
    list.save(start + 91 * day)
    assert.deepEqual([...written.keys()], ['transit-0'])
  })
})

test('a question for proposals has those opened within its time, of its state, at most so many; always those that have not ended or are in force', () => {
  const at = (days: number): string => new Date(start - days * day).toISOString()
  const approval: Proposal['approval'] = {
    by: 'operator',
    state: 'in-force',
    at: at(1.5),
    until: at(-0.5),
    leases: [],
    endedAt: null,
    because: null,
  }
  const list = new ProposalList(
    disk([
      proposal({ id: 'transit-0', openedAt: at(10), state: 'taken' }),
      proposal({ id: 'transit-1', openedAt: at(9) }),
      proposal({ id: 'transit-2', openedAt: at(8), state: 'measured', endedAt: at(8) }),
      proposal({ id: 'transit-4', openedAt: at(2), state: 'measured', endedAt: at(1), approval }),
      proposal({ id: 'transit-3', openedAt: at(0.5), state: 'measured', endedAt: at(0.4) }),
    ]).keeper,
  )
  const ids = (query: Partial<Parameters<typeof proposalListOf>[2]>): readonly string[] =>
    proposalListOf(list, { owedOf: () => [] }, { state: undefined, last: day, n: 9, ...query }, start).items.map(
      ({ id }) => id,
    )
  assert.deepEqual(ids({}), ['transit-3', 'transit-4', 'transit-1', 'transit-0'])
  assert.deepEqual(ids({ state: 'in-force' }), ['transit-4'], 'whatever has become of it')
  assert.deepEqual(ids({ state: 'measured', last: 10 * day }), ['transit-3', 'transit-4', 'transit-2'])
  assert.deepEqual(ids({ n: 1 }), ['transit-3'])
})

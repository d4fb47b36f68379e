import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { Lookup } from '@vagus/agent'
import type { Directory } from '@vagus/lookup'
import { identityOf } from '../../../../packages/lookup/test/identities.ts'
import { Claimants } from '../../src/found/claimants.ts'
import { findRuleOf } from '../../src/found/find-rule.ts'

const iat = Math.floor(Date.now() / 1000)
const agent = (number: number, seconds = 3600) =>
  identityOf(number * 2, { iat, exp: iat + seconds, skills: ['report.write'] })
const [one, two, brief] = [agent(1), agent(2), agent(3, 60)]
const claim = { skill: 'report.write' }

/** A source that counts how often it is asked, and can be out. */
function source(...agents: readonly (typeof one)[]) {
  const told = { asked: 0, isOut: false }
  const directory: Directory = {
    search: async () => {
      told.asked++
      if (told.isOut) throw new Error('it is out')
      return { claimants: agents.map((identity) => ({ name: 'x', identity, state: 'away' })), gaps: [], near: [] }
    },
  }
  return { told, directory }
}
const lookup: Lookup = {
  find: async (name) => (name === 'one' ? [{ document: one.document }] : name === 'bad' ? [{ document: 'a.b.c' }] : []),
}
const claimantsOf = (words: readonly string[], controller: Directory) =>
  new Claimants(
    words.map((word) => findRuleOf(word)!),
    { '@host': [], '@lookup': [], '@controller': [controller], '@roster': [] },
    lookup,
  )
const clock = (t: TestContext) => t.mock.timers.enable({ apis: ['Date'], now: iat * 1000 + 1000 })
const idsOf = async (claimants: Claimants) => (await claimants.find(claim)).claimants.map(({ identity }) => identity.id)

describe('who may answer to a claim', () => {
  test('is each agent once, by the first rule that names it', async () => {
    const { claimants, gaps } = await claimantsOf(['one', '@controller', 'bad'], source(one, two).directory).find(claim)
    assert.deepEqual(
      claimants.map(({ identity, rule, state }) => [identity.id, rule, state]),
      [
        [one.id, 'one', 'away'],
        [two.id, '@controller', 'away'],
      ],
    )
    assert.match(gaps.join(), /^not believed: bad: /)
  })
  test('is nobody where --find names an agent that is not there, or does not claim it, and that is said', async () => {
    const { directory } = source()
    const none = await claimantsOf(['nobody'], directory).find(claim)
    assert.deepEqual([none.claimants, none.gaps], [[], ['--find names nobody, and no such agent is found']])
    const other = await claimantsOf(['one'], directory).find({ skill: 'stop' })
    assert.deepEqual(other.gaps, ['--find names one, which does not claim it'])
  })
  test('is asked of the sources that a rule names, and again after 2 s', async (t) => {
    clock(t)
    const { told, directory } = source(one)
    assert.deepEqual(await idsOf(claimantsOf(['one', 'skill:other=@controller'], directory)), [one.id])
    assert.equal(told.asked, 0)
    const claimants = claimantsOf(['@controller'], directory)
    await Promise.all([idsOf(claimants), idsOf(claimants)])
    t.mock.timers.tick(1999)
    await idsOf(claimants)
    assert.equal(told.asked, 1)
    t.mock.timers.tick(1)
    await idsOf(claimants)
    assert.equal(told.asked, 2)
  })
  test('is who was named last while a source is out, until the documents expire', async (t) => {
    clock(t)
    const { told, directory } = source(one, brief)
    const claimants = claimantsOf(['@controller'], directory)
    assert.deepEqual(await idsOf(claimants), [one.id, brief.id])
    told.isOut = true
    for (let seconds = 0; seconds < 50; seconds += 10) {
      t.mock.timers.tick(10_000)
      assert.deepEqual(await idsOf(claimants), [one.id, brief.id])
    }
    t.mock.timers.tick(10_000)
    assert.deepEqual(await idsOf(claimants), [one.id])
    assert.deepEqual((await claimants.find(claim)).outages, ['it is out'])
    told.isOut = false
    t.mock.timers.tick(2000)
    assert.deepEqual((await claimants.find(claim)).outages, [])
  })
  test('keeps what it has as long as its rule is there, and is about the claim', () => {
    const claimants = claimantsOf(['one', 'skill:a=two'], source().directory)
    assert.ok(claimants.isBelieved('one', claim, one.id) && claimants.isBelieved('skill:a=two', { skill: 'a' }, one.id))
    for (const rule of ['two', 'skill:a=two', '@host']) assert.ok(!claimants.isBelieved(rule, claim, one.id))
  })
})

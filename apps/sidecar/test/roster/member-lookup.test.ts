import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Lookup } from '@vagus/agent'
import { type Member, verifyWhenIssued } from '@vagus/identity'
import type { Directory } from '@vagus/lookup'
import { identityCrypto } from '@vagus/transport'
import { newSeeds, type Seeds } from '../../../../packages/agent/test/identities.ts'
import { identityOf } from '../../../../packages/lookup/test/identities.ts'
import { memberDirectory, memberLookup } from '../../src/roster/member-lookup.ts'

const identityIn = ({ document }: Seeds) => {
  const read = verifyWhenIssued(document, identityCrypto)
  assert.ok(read.type === 'verified')
  return read.identity
}
const [writer, other, stranger] = [newSeeds('writer'), newSeeds('other'), newSeeds('writer')] // names are their roles, too
const iat = Math.floor(Date.now() / 1000)
const validity = { iat, exp: iat + 3600 }
const quarantine = { since: 0, reason: 'lost' }

function fleetOf(...all: readonly Member[]) {
  const active = (member: Member | undefined): boolean => member !== undefined && member.quarantine === undefined
  const member = (id: string) => all.find((each) => each.id === id)
  return {
    owner: 'did:key:acme',
    member,
    memberNamed: (name: string) => all.find((each) => each.name === name),
    isActive: (id: string) => active(member(id)),
    activeWithRole: (role: string) => all.filter((each) => active(each) && each.roles.includes(role)),
  }
}
const memberOf = (seeds: Seeds, name: string, roles: readonly string[] = []): Member => ({
  id: identityIn(seeds).id,
  name,
  roles,
})

/** Knows all three by their ids, and `writer` as the stranger. */
const source: Lookup & Directory = {
  find: async (name) =>
    [writer, other, stranger]
      .filter((seeds) => identityIn(seeds).id === name || (name === 'writer' && seeds === stranger))
      .map(({ document }) => ({ document })),
  search: async () => ({
    claimants: [writer, other, stranger].map((seeds) => ({
      name: seeds.name,
      identity: identityIn(seeds),
      state: 'unknown',
    })),
    gaps: [],
    near: [],
  }),
}
const options = { signal: new AbortController().signal }

describe('with a roster', () => {
  test('a name in it is that member, and another name is whoever has it', async () => {
    const lookup = memberLookup(fleetOf(memberOf(writer, 'writer')), source)
    for (const name of ['writer', 'vagus:writer'])
      assert.deepEqual(await lookup.find(name, options), [{ document: writer.document }])
    const free = memberLookup(fleetOf(memberOf(other, 'clerk')), source)
    assert.deepEqual(await free.find('writer', options), [{ document: stranger.document }])
  })
  test('a name of which no document is known is an outage, and nobody else', async () => {
    const unknown = memberOf(newSeeds('nobody'), 'writer')
    await assert.rejects(async () => memberLookup(fleetOf(unknown), source).find('writer', options), {
      message: `by the roster it is ${unknown.id}, of which no document is known here`,
    })
  })
  test('a name is nobody who only claims its id as an alias', async () => {
    const { id } = memberOf(writer, 'writer')
    const thief = identityOf(1, { ...validity, alsoKnownAs: [id] }).document
    const lookup = (...documents: string[]) =>
      memberLookup(fleetOf(memberOf(writer, 'writer')), {
        find: async () => documents.map((document) => ({ document })),
      })
    assert.deepEqual(await lookup(thief, writer.document).find('writer', options), [{ document: writer.document }])
    await assert.rejects(async () => lookup(thief).find('writer', options), /no document is known here/)
  })
  test('a role is what it says, whatever documents say; a skill counts with members alone', async () => {
    const fleet = fleetOf(memberOf(other, 'clerk', ['writer']), { ...memberOf(writer, 'lost', ['writer']), quarantine })
    const directory = memberDirectory(fleet, source)
    for (const claim of [
      { role: 'writer' },
      { skill: 'skill.of.a.test' },
      { role: 'writer', skill: 'skill.of.a.test' },
    ]) {
      const { claimants } = await directory.search(claim, options)
      assert.deepEqual(
        claimants.map(({ identity }) => identity.id),
        [identityIn(other).id],
        JSON.stringify(claim),
      )
    }
    assert.deepEqual((await directory.search({ role: 'other' }, options)).claimants, [])
    assert.deepEqual((await directory.search({ role: 'writer', skill: 'another' }, options)).claimants, [])
  })
  test('a source is told who counts, so that it leaves out others first', async () => {
    const asked: (string | boolean)[] = []
    const search: Directory['search'] = async (_, { among }) => {
      asked.push(among!.owner, ...[writer, other, stranger].map((seeds) => among!.has(identityIn(seeds).id)))
      return { claimants: [], gaps: [], near: [] }
    }
    const fleet = fleetOf(memberOf(other, 'clerk'), { ...memberOf(writer, 'lost'), quarantine })
    await memberDirectory(fleet, { ...source, search }).search({ skill: 'x' }, options)
    assert.deepEqual(asked, ['did:key:acme', false, true, false])
  })
  test('more members with a role than are tried are a gap', async () => {
    const many = Array.from({ length: 33 }, (_, at) => ({ id: `did:key:${at}`, name: `m${at}`, roles: ['many'] }))
    const { gaps } = await memberDirectory(fleetOf(...many), source).search({ role: 'many' }, options)
    assert.deepEqual(gaps, ['the roster has 1 more members with role:many'])
  })
})

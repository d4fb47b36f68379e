import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { unknownAgent } from '@vagus/api/problem-types'
import { controllerList, type Directory, folderLookup, maxClaimants, searchAll } from '../src/index.ts'
import { identityOf } from './identities.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-directory-'))
after(() => rmSync(folder, { recursive: true }))
const { signal } = new AbortController()
const iat = Math.floor(Date.now() / 1000)
const holds = { iat, exp: iat + 3600 }
const agent = (number: number, name: string, skills: readonly string[] = ['report.write'], epoch = 0) =>
  identityOf(number * 2, { ...holds, epoch, skills, alsoKnownAs: [`vagus:${name}`] })
const namesIn = async (source: Directory, claim = { skill: 'report.write' }) =>
  (await source.search(claim, { signal })).claimants.map(({ name }) => name).toSorted()

function place(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

describe('a folder of documents', () => {
  test('finds agents by what they claim, by the names of their files', async () => {
    const source = folderLookup(
      place('claims', {
        'a.jws': agent(1, 'x').document,
        'b.jws': agent(2, 'y', ['report.read']).document,
        'c.jws': agent(3, 'z', ['report.read', 'report.write']).document,
      }),
    )
    assert.deepEqual(await namesIn(source), ['a', 'c'])
    assert.deepEqual(await namesIn(source, { skill: 'report.read' }), ['b', 'c'])
    const { claimants, gaps } = await source.search({ role: 'worker', skill: 'report.write' }, { signal })
    assert.deepEqual([claimants.length, gaps, claimants[0]!.state], [2, [], 'unknown'])
  })
  test('that has none names the nearest claim that there is', async () => {
    const source = folderLookup(place('near', { 'a.jws': agent(1, 'x').document }))
    const near = async (claim: { skill?: string; role?: string }) => (await source.search(claim, { signal })).near
    assert.deepEqual(await near({ skill: 'report.wirte' }), ['skill:report.write'])
    assert.deepEqual(await near({ role: 'woker' }), ['role:worker'])
    assert.deepEqual(await near({ skill: 'calc.add' }), [])
  })
  test('believes no damaged or expired document, and says so', async () => {
    const ended = identityOf(4, { iat: iat - 100, exp: iat - 50, skills: ['report.write'] }).document
    const source = folderLookup(place('damaged', { 'a.jws': 'a.b.c', 'b.jws': ended, 'c.jws': agent(3, 'z').document }))
    const { claimants, gaps } = await source.search({ skill: 'report.write' }, { signal })
    assert.deepEqual(
      claimants.map(({ name }) => name),
      ['c'],
    )
    assert.match(gaps.join(), /^not believed: \S+\.jws: .*\(and 1 more\)$/)
  })
  test('answers with so many agents, and says how many more there are', async () => {
    const files = Array.from({ length: maxClaimants + 3 }, (_, at) => [`a${at}.jws`, agent(at, `a${at}`).document])
    const path = place('many', Object.fromEntries(files) as Record<string, string>)
    const { claimants, gaps } = await folderLookup(path).search({ skill: 'report.write' }, { signal })
    assert.equal(claimants.length, maxClaimants)
    assert.deepEqual(gaps, [`${path} has 3 more agents with skill:report.write`])
    const last = agent(maxClaimants + 2, 'last').id
    const among = { owner: 'did:key:acme', has: (id: string) => id === last }
    const members = await folderLookup(path).search({ skill: 'report.write' }, { signal, among })
    assert.deepEqual([members.claimants.map(({ identity }) => identity.id), members.gaps], [[last], []])
  })
})

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

/** A list that may lie: its entries, and the document that it has for each id. */
function liar(
  entries: readonly object[],
  documents: Readonly<Record<string, string>>,
  asked: string[],
): RequestListener {
  return ({ url = '' }, response) => {
    asked.push(url)
    const id = decodeURIComponent(url.replace(/^\/v1\/agents\/?/, ''))
    if (id.startsWith('?')) response.end(JSON.stringify({ apiVersion: 'vagus/v1', items: entries, more: 2 }))
    else if (documents[id] === undefined) response.writeHead(404).end(JSON.stringify({ type: unknownAgent }))
    else response.end(JSON.stringify({ apiVersion: 'vagus/v1', document: documents[id] }))
  }
}

describe('the list of a controller', () => {
  test('is asked for so many agents with the claim, and for a document only when there is a newer one', async (t) => {
    const [one, renewed] = [agent(1, 'one'), agent(1, 'one', ['report.write'], 1)]
    const entries = [{ name: 'one', id: one.id, epoch: 0, state: 'silent' }]
    const documents = { [one.id]: one.document }
    const asked: string[] = []
    const source = controllerList(await serve(t, liar(entries, documents, asked)))
    const { claimants, gaps } = await source.search({ skill: 'report.write' }, { signal })
    assert.deepEqual(
      claimants.map(({ name, identity, state }) => [name, identity.id, state]),
      [['one', one.id, 'silent']],
    )
    assert.match(gaps.join(), /lists 2 more agents with skill:report\.write$/)
    await source.search({ skill: 'report.write' }, { signal })
    entries[0]!.epoch = 1
    documents[one.id] = renewed.document
    const again = await source.search({ skill: 'report.write' }, { signal })
    assert.equal(again.claimants[0]!.identity.epoch, 1)
    const list = `/v1/agents?skill=report.write&n=${maxClaimants}`
    const own = `/v1/agents/${encodeURIComponent(one.id)}`
    assert.deepEqual(asked, [list, own, list, list, own])
  })
  test('is asked for the word that is likely meant where nobody claims what is wanted, and members alone count', async (t) => {
    const one = agent(1, 'one')
    const entries = [
      { name: 'one', id: one.id, epoch: 0, state: 'silent', skills: ['report.write', 7], role: 'writer' },
    ]
    const list: RequestListener = ({ url = '' }, response) =>
      response.end(JSON.stringify({ apiVersion: 'vagus/v1', items: url.includes('skill=') ? [] : entries }))
    const source = controllerList(await serve(t, list))
    const near = async (skill: string, more: object = {}) => (await source.search({ skill }, { signal, ...more })).near
    assert.deepEqual(await near('report.wirte'), ['skill:report.write'])
    assert.deepEqual(await near('brew.coffee'), [])
    const among = { owner: agent(2, 'two').id, has: () => false }
    assert.deepEqual(await near('report.wirte', { among }), [])
  })
  test('is not believed: what counts is the document', async (t) => {
    const [one, two, three] = [agent(1, 'one'), agent(2, 'two', ['other']), agent(3, 'three')]
    const state = 'reachable'
    const entries = [
      { name: 'one', id: one.id, epoch: 0, state: 'flying' },
      { name: 'two', id: two.id, epoch: 0, state },
      { name: 'mallory', id: three.id, epoch: 0, state },
      { name: 'gone', id: 'did:key:gone', epoch: 0, state },
      { name: 'broken', id: 'did:key:broken', epoch: 0, state },
      { name: 5, id: one.id },
      null as never,
    ]
    const documents = {
      [one.id]: one.document,
      [two.id]: two.document,
      [three.id]: three.document,
      'did:key:broken': 'a.b.c',
    }
    const source = controllerList(await serve(t, liar(entries, documents, [])))
    const { claimants, gaps } = await source.search({ skill: 'report.write' }, { signal })
    assert.deepEqual(
      claimants.map(({ name, state }) => [name, state]),
      [['one', 'unknown']],
    )
    assert.match(gaps.join('\n'), /the document of broken at the controller at .* is not believed/)
  })
  test('that leaves out agents is asked for the members of the fleet, if it knows them', async (t) => {
    const [stranger, member, another] = [agent(1, 'stranger'), agent(2, 'member'), agent(3, 'another')]
    const entryOf = ({ id }: typeof member, name: string) => ({ name, id, epoch: 0, state: 'reachable' })
    const documents = Object.fromEntries([stranger, member, another].map(({ id, document }) => [id, document]))
    const among = { owner: 'did:key:acme', has: (id: string) => id === member.id || id === another.id }
    const source = async (knows: boolean, more: number) => {
      const asked: string[] = []
      const entries = [entryOf(stranger, 'stranger'), entryOf(another, 'another')]
      const plain = liar(entries, documents, asked)
      const list = controllerList(
        await serve(t, (request, response) => {
          const isOfFleet = request.url!.includes('fleet=did%3Akey%3Aacme')
          if (!isOfFleet && more === 0 && request.url!.includes('?'))
            response.end(JSON.stringify({ apiVersion: 'vagus/v1', items: entries, more }))
          else if (!isOfFleet) plain(request, response)
          else if (knows)
            response.end(JSON.stringify({ apiVersion: 'vagus/v1', items: [entryOf(member, 'member')], more: 0 }))
          else response.writeHead(400).end(JSON.stringify({ type: 'about:blank', detail: 'unknown key fleet' }))
        }),
      )
      const { claimants, gaps } = await list.search({ skill: 'report.write' }, { signal, among })
      assert.ok(!asked.some((url) => url.endsWith(encodeURIComponent(stranger.id))), 'of no use')
      return { names: claimants.map(({ name }) => name), gaps: gaps.length }
    }
    assert.deepEqual(await source(true, 2), { names: ['member', 'another'], gaps: 0 })
    assert.deepEqual(await source(false, 2), { names: ['another'], gaps: 1 })
    assert.deepEqual(await source(true, 0), { names: ['another'], gaps: 0 })
  })
  test('of a controller that does not answer by skill is an outage, and says with what', async (t) => {
    const older: RequestListener = (_, response) =>
      response.writeHead(400).end(JSON.stringify({ type: 'about:blank', detail: 'unknown key skill' }))
    const source = controllerList(await serve(t, older))
    const says = /answers GET \/v1\/agents\?skill=x&n=32 with HTTP 400 \(unknown key skill\)/
    await assert.rejects(source.search({ skill: 'x' }, { signal }), says)
  })
})

test('several sources answer together: each agent once, with its newest document; an outage is a gap', async () => {
  const [older, newer] = [agent(1, 'one'), agent(1, 'one', ['report.write', 'more'], 3)]
  const of = (identity: typeof older, state: 'unknown' | 'away'): Directory => ({
    search: async () => ({ claimants: [{ name: state, identity, state }], gaps: [], near: [] }),
  })
  const down: Directory = { search: () => Promise.reject(new Error('it is down')) }
  for (const order of [
    [of(older, 'unknown'), down, of(newer, 'away')],
    [of(newer, 'unknown'), of(older, 'away'), down],
  ]) {
    const { claimants, gaps } = await searchAll(order, { skill: 'report.write' }, { signal })
    assert.deepEqual(
      claimants.map(({ name, identity, state }) => [name, identity.epoch, state]),
      [['unknown', 3, 'away']],
    )
    assert.deepEqual(gaps, ['it is down'])
  }
})

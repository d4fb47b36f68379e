import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Lookup } from '@vagus/agent'
import { unknownAgent } from '@vagus/api/problem-types'
import { verifyWhenIssued } from '@vagus/identity'
import { Keyring } from '@vagus/keyring'
import { identityCrypto } from '@vagus/transport'
import { controllerList, folderLookup, inOrder, NotBelieved } from '../src/index.ts'
import { identityOf } from './identities.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-lookup-'))
after(() => rmSync(folder, { recursive: true }))
const keyring = new Keyring(join(folder, 'agents'))
const agent = (name: string, role = 'worker') =>
  keyring.create(
    name,
    { role, skills: [], organisation: 0, alsoKnownAs: ['https://example.com/w'], holdsSeconds: 3600 },
    Date.now(),
  ).identity
const writer = agent('writer')
const signal = new AbortController().signal
const find = async (lookup: Lookup, name: string): Promise<string[]> =>
  (await lookup.find(name, { signal })).map(({ document }) => document)

describe('a folder of documents', () => {
  test('finds an agent by the name of its file, its id and an alias, and not by the name that it claims', async () => {
    mkdirSync(join(folder, 'flat'))
    writeFileSync(join(folder, 'flat', 'boss.jws'), writer.document)
    const lookup = folderLookup(join(folder, 'flat'))
    for (const name of ['boss', writer.id, 'https://example.com/w'])
      assert.deepEqual(await find(lookup, name), [writer.document])
    for (const name of ['nobody', 'writer']) assert.deepEqual(await find(lookup, name), [])
  })
  test('gives no other agent for a file, whatever that one claims', async () => {
    const place = join(folder, 'claims')
    mkdirSync(place)
    const thief = keyring.create(
      'thief',
      { role: 'thief', skills: [], organisation: 0, alsoKnownAs: ['vagus:writer'], holdsSeconds: 3600 },
      Date.now(),
    ).identity
    writeFileSync(join(place, 'a.jws'), thief.document)
    const lookup = folderLookup(place)
    assert.deepEqual(await find(lookup, 'writer'), [])
    const { document } = keyring.open('writer', Date.now()).identity
    writeFileSync(join(place, 'writer.jws'), document)
    assert.deepEqual(await find(lookup, 'writer'), [document])
  })
  test('says why a file of the name that was asked for is not believed', async () => {
    const place = join(folder, 'ended')
    mkdirSync(place)
    const now = Date.now() - 7_200_000
    const changes = { role: 'w', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 3600 }
    writeFileSync(join(place, 'ended.jws'), keyring.create('ended', changes, now).identity.document)
    await assert.rejects(
      find(folderLookup(place), 'ended'),
      /ended\.jws: it expired at 20.*Z; replace it with a newer one, or remove it$/,
    )
  })
  test('says which name was probably meant, also where other folders know it', () => {
    const lookup = inOrder([folderLookup(join(folder, 'nowhere')), folderLookup(keyring.folder)])
    assert.equal(lookup.nameLike?.('writr'), 'writer')
    assert.equal(lookup.nameLike?.('dispatcher'), undefined)
  })
  test('may be that of a keyring, and gives the newest document at each look-up', async () => {
    const lookup = folderLookup(keyring.folder)
    assert.deepEqual(await find(lookup, 'writer'), [writer.document])
    const { identity } = keyring.renew('writer', {}, Date.now())
    assert.deepEqual(await find(lookup, 'writer'), [identity.document])
  })
  test('believes no file that is damaged, and none that goes back', async () => {
    const place = join(folder, 'back')
    mkdirSync(place)
    const lookup = folderLookup(place)
    const newest = keyring.open('writer', Date.now()).identity
    writeFileSync(join(place, 'writer.jws'), newest.document)
    assert.deepEqual(await find(lookup, 'writer'), [newest.document])
    writeFileSync(join(place, 'writer.jws'), writer.document)
    await assert.rejects(find(lookup, 'writer'), /epoch 0 is not above 1/)
    // The last octet of a signature is small, so its last characters are often A: the first one is changed.
    const signature = newest.document.lastIndexOf('.') + 1
    const other = newest.document[signature] === 'A' ? 'B' : 'A'
    const damaged = newest.document.slice(0, signature) + other + newest.document.slice(signature + 1)
    writeFileSync(join(place, 'writer.jws'), damaged)
    await assert.rejects(find(lookup, 'writer'), /signature/)
    copyFileSync(join(keyring.folder, 'writer', 'document.jws'), join(place, 'writer.jws'))
    assert.deepEqual(await find(lookup, 'writer'), [newest.document])
  })
  test('reads one file of many where its name is asked for, and gives way where it searches all', async (t) => {
    const place = join(folder, 'many')
    mkdirSync(place)
    const iat = Math.floor(Date.now() / 1000)
    const many = Array.from({ length: 200 }, (_, number) => identityOf(number, { iat, exp: iat + 3600 }))
    many.forEach(({ document }, number) => writeFileSync(join(place, `a${number}.jws`), document))
    const { mock } = t.mock.method(identityCrypto, 'verifyEd25519')
    const signatures = (): number => {
      const count = mock.callCount()
      mock.resetCalls()
      return count
    }
    verifyWhenIssued(many[7]!.document, identityCrypto)
    const ofOne = signatures()
    const lookup = folderLookup(place)
    assert.deepEqual(await find(lookup, 'a7'), [many[7]!.document])
    assert.deepEqual(await find(lookup, 'nobody'), [])
    assert.equal(signatures(), ofOne)
    let turns = 0
    const turning = setInterval(() => turns++, 1)
    assert.deepEqual(await find(lookup, many[150]!.id), [many[150]!.document])
    clearInterval(turning)
    assert.equal(signatures(), 199 * ofOne)
    assert.ok(turns > 2, `${turns} turns`)
  })
  test('has a file of the name that is too long or cannot be read: that is said', async () => {
    const place = join(folder, 'long')
    mkdirSync(place)
    writeFileSync(join(place, 'writer.jws'), 'a'.repeat(131_073))
    await assert.rejects(
      find(folderLookup(place), 'writer'),
      /writer\.jws: it has 131073 octets; at most 131072 are read/,
    )
  })
  test('that is not there is empty', async () =>
    assert.deepEqual(await find(folderLookup(join(folder, 'none')), 'writer'), []))
})

describe('several look-ups in order', () => {
  const peers = join(folder, 'peers')
  mkdirSync(peers)
  const made = (home: string, at: number) =>
    new Keyring(join(folder, home)).create(
      'clerk',
      { role: 'clerk', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 3600 },
      at,
    ).identity.document
  /** Answers with `documents` whatever it is asked for. */
  const listOf = (...documents: readonly string[]): Lookup => ({
    find: async () => documents.map((document) => ({ document })),
  })
  const ended = made('real', Date.now() - 7_200_000)
  const thief = made('thief', Date.now())

  test('give nobody else for a file that is not believed', async () => {
    writeFileSync(join(peers, 'clerk.jws'), 'a.b.c')
    await assert.rejects(find(inOrder([folderLookup(peers), listOf(thief)]), 'clerk'), NotBelieved)
  })
  test('give for a file that has ended a newer document of the same agent, and nobody else', async () => {
    writeFileSync(join(peers, 'clerk.jws'), ended)
    const lookup = folderLookup(peers)
    await assert.rejects(find(inOrder([lookup, listOf(thief)]), 'clerk'), /clerk\.jws: it expired/)
    const { document } = new Keyring(join(folder, 'real')).renew('clerk', {}, Date.now()).identity
    assert.deepEqual(await find(inOrder([lookup, listOf(thief, document)]), 'clerk'), [document])
    assert.deepEqual(await find(inOrder([lookup, folderLookup(join(folder, 'real'))]), 'clerk'), [document])
  })
  test('go on to the next where one has no answer at all', async () => {
    const down: Lookup = { find: () => Promise.reject(new Error('down')) }
    assert.deepEqual(await find(inOrder([down, listOf(thief)]), 'clerk'), [thief])
    await assert.rejects(find(inOrder([down, listOf()]), 'clerk'), /down/)
  })
})

describe('the list of a controller', () => {
  test('is believed no document of another name, and no document that was changed', async () => {
    const { document: newest } = keyring.open('writer', Date.now()).identity
    const documents: Record<string, string> = {
      writer: newest,
      boss: newest,
      broken: 'a.b.c',
    }
    const server = createServer((request, response) => {
      const document = documents[request.url!.split('/').at(-1)!]
      if (document === undefined) response.writeHead(404).end(JSON.stringify({ type: unknownAgent }))
      else response.end(JSON.stringify({ apiVersion: 'vagus/v1', document }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const list = controllerList(`http://127.0.0.1:${port}`)
    assert.deepEqual(await find(list, 'writer'), [documents['writer']])
    for (const name of ['boss', 'nobody']) assert.deepEqual(await find(list, name), [])
    await assert.rejects(find(list, 'broken'), /not believed/)
    server.close()
    server.closeAllConnections()
    await assert.rejects(find(list, 'other'))
    assert.deepEqual(await find(inOrder([list, folderLookup(keyring.folder)]), 'writer'), [documents['writer']])
    await assert.rejects(find(inOrder([list, folderLookup(keyring.folder)]), 'other'))
  })
  test('is not what a proxy answers, or the controller to a wrong path: only its own word that there is none', async () => {
    let page = ''
    const server = createServer((_, response) => void response.writeHead(404).end(page)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const list = controllerList(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
    for (page of ['<html>no such page</html>', '{"type":"about:blank","detail":"there is no /x/v1/agents/me"}']) {
      const why = page.startsWith('{') ? String.raw` \(there is no /x/v1/agents/me\)` : ''
      const says = new RegExp(`answers GET /v1/agents/writer with HTTP 404${why}; .*check the address`)
      await assert.rejects(find(list, 'writer'), says)
    }
    page = JSON.stringify({ type: unknownAgent })
    assert.deepEqual(await find(list, 'writer'), [])
    server.close()
    server.closeAllConnections()
  })
  test('is not what another server answers, with whatever success', async () => {
    for (const page of ['<html>hello</html>', 'null', '{"document":"a.b.c"}']) {
      const server = createServer((_, response) => void response.end(page)).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
      const list = controllerList(url)
      const other = { message: `${url} answers, but is no Vagus controller` }
      await assert.rejects(find(list, 'writer'), other)
      await assert.rejects(list.publish('writer', writer.document, signal), other)
      await assert.rejects(list.reportSessions('writer', writer.document, signal), other)
      server.close()
      server.closeAllConnections()
    }
  })
  test('that refuses a connection from another host may listen for its own only', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    const problem = async (host: string): Promise<string> =>
      find(controllerList(`http://${host}:${port}`), 'writer').then(String, ({ message }: Error) => message)
    // The unspecified address reaches this host, and is not one of loopback.
    assert.match(await problem('0.0.0.0'), /ECONNREFUSED .* \(does "listen" in its vagus\.yaml name this address\?\)$/)
    assert.match(await problem('127.0.0.1'), /ECONNREFUSED [\d.:]+$/)
  })
})

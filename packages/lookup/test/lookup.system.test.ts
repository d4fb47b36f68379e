import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Keyring } from '@vagus/keyring'
import { controllerList, folderLookup, inOrder } from '../src/index.ts'

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
const find = async (lookup: ReturnType<typeof folderLookup>, name: string): Promise<string[]> =>
  (await lookup.find(name, { signal })).map(({ document }) => document)

describe('a folder of documents', () => {
  test('finds an agent by the name of its file, its id, its own name and an alias', async () => {
    mkdirSync(join(folder, 'flat'))
    writeFileSync(join(folder, 'flat', 'boss.jws'), writer.document)
    const lookup = folderLookup(join(folder, 'flat'))
    for (const name of ['boss', writer.id, 'writer', 'https://example.com/w'])
      assert.deepEqual(await find(lookup, name), [writer.document])
    assert.deepEqual(await find(lookup, 'nobody'), [])
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
    assert.deepEqual(await find(lookup, 'writer'), [])
    // The last octet of a signature is small, so its last characters are often A: the first one is changed.
    const signature = newest.document.lastIndexOf('.') + 1
    const other = newest.document[signature] === 'A' ? 'B' : 'A'
    const damaged = newest.document.slice(0, signature) + other + newest.document.slice(signature + 1)
    writeFileSync(join(place, 'writer.jws'), damaged)
    assert.deepEqual(await find(lookup, 'writer'), [])
    copyFileSync(join(keyring.folder, 'writer', 'document.jws'), join(place, 'writer.jws'))
    assert.deepEqual(await find(lookup, 'writer'), [newest.document])
  })
  test('that is not there is empty', async () =>
    assert.deepEqual(await find(folderLookup(join(folder, 'none')), 'writer'), []))
})

describe('the list of a controller', () => {
  test('is believed no document of another name, and no document that was changed', async () => {
    const documents: Record<string, string> = {
      writer: keyring.open('writer', Date.now()).identity.document,
      boss: writer.document,
      broken: 'a.b.c',
    }
    const server = createServer((request, response) => {
      const document = documents[request.url!.split('/').at(-1)!]
      response.writeHead(document === undefined ? 404 : 200).end(JSON.stringify({ document }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const list = controllerList(`http://127.0.0.1:${port}`)
    assert.deepEqual(await find(list, 'writer'), [documents['writer']])
    for (const name of ['boss', 'broken', 'nobody']) assert.deepEqual(await find(list, name), [])
    server.close()
    server.closeAllConnections()
    await assert.rejects(find(list, 'other'))
    assert.deepEqual(await find(inOrder([list, folderLookup(keyring.folder)]), 'writer'), [documents['writer']])
    await assert.rejects(find(inOrder([list, folderLookup(keyring.folder)]), 'other'))
  })
})

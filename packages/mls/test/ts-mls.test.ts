/** Groups of our members and of ts-mls, each committing, joining and sending in turn. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { MlsPeer, MlsPeerModule } from '../../../bench/mls/peer.ts'
import { VagusAgent } from '../../../bench/mls/vagus.ts'

const folder = join(import.meta.dirname, '../../../bench/mls/peers')
const skip = existsSync(join(folder, 'node_modules')) ? false : 'needs ts-mls (npm ci in bench/mls/peers)'
const theirs = async (name: string): Promise<MlsPeer> => {
  const module = (await import(pathToFileURL(join(folder, 'ts-mls.mjs')).href)) as MlsPeerModule
  return module.agent(name)
}
const ours = async (name: string): Promise<MlsPeer> => new VagusAgent(name)

async function agree(members: readonly MlsPeer[]): Promise<void> {
  const expected = members[0]!.authenticator()
  for (const member of members) assert.deepEqual(new Uint8Array(member.authenticator()), new Uint8Array(expected))
  const secrets = await Promise.all(members.map((each) => each.exportSecret('test', Uint8Array.of(1), 24)))
  for (const secret of secrets) assert.deepEqual(new Uint8Array(secret), new Uint8Array(secrets[0]!))
}

/** Each member sends, and all others open it. */
async function talk(members: readonly MlsPeer[]): Promise<void> {
  for (const [index, sender] of members.entries()) {
    const message = await sender.seal(Uint8Array.of(index, 7))
    for (const each of members)
      if (each !== sender) assert.deepEqual(new Uint8Array((await each.receive(message))!), Uint8Array.of(index, 7))
  }
}

async function commitBy(members: readonly MlsPeer[], sender: MlsPeer, changes: Parameters<MlsPeer['commit']>[0]) {
  const before = members.filter((each) => each !== sender)
  const { message, welcome } = await sender.commit(changes)
  for (const each of before) await each.receive(message)
  return welcome
}

for (const [name, first, second] of [
  ['ours begins', ours, theirs],
  ['ts-mls begins', theirs, ours],
] as const) {
  test(`a group of both kinds agrees on every epoch: ${name}`, { skip }, async () => {
    const kinds = [first, second, first, second, second, first]
    const all = await Promise.all(kinds.map((make, index) => make(`agent ${index}`)))
    const [a, b, c, d, e, f] = all as [MlsPeer, MlsPeer, MlsPeer, MlsPeer, MlsPeer, MlsPeer]
    await a.create(Uint8Array.of(1, 2, 3))
    const welcome = await commitBy([a], a, { add: [b.keyPackage, c.keyPackage] })
    for (const each of [b, c]) await each.join(welcome!)
    let members = [a, b, c]
    await agree(members)
    await talk(members)
    // The other kind adds, after its own path.
    await commitBy(members, b, {})
    const again = await commitBy(members, b, { add: [d.keyPackage, e.keyPackage] })
    for (const each of [d, e]) await each.join(again!)
    members = [a, b, c, d, e]
    await agree(members)
    for (const each of members) {
      await commitBy(members, each, {})
      await agree(members)
    }
    // A proposal of one kind, committed by the other.
    const proposal = await d.proposeRemoval(2)
    for (const each of [a, b, c, e]) await each.receive(proposal)
    await commitBy([a, b, d, e], a, {})
    members = [a, b, d, e]
    await agree(members)
    await talk(members)
    // External commits of both kinds. ts-mls 1.6.4 writes the key of a group info without its length, against RFC 9420
    // §12.4.3.2, so that each kind joins by a group info of its own.
    for (const [joiner, helper] of [
      [f, a],
      [await second('agent 7'), b],
    ] as const) {
      const message = await joiner.joinExternally(await helper.groupInfo())
      for (const each of members) await each.receive(message)
      members = [...members, joiner]
      await agree(members)
    }
    await talk(members)
    const removed = members.filter((each) => each !== d)
    await commitBy(removed, e, { remove: [3] })
    await agree(removed)
    await talk(removed)
  })
}

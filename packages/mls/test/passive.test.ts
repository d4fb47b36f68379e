/** Whole lives of groups that other implementations made, where the shared data has them; and messages as octets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Codec, decode, encode, struct } from '@vagus/wire'
import { signerOf } from '../../transport/src/index.ts'
import { joinGroup, type MlsHost } from '../src/index.ts'
import { messageOctets, readMessage, readOne } from '../src/message.ts'
import { keyPackageSecrets } from '../src/own-key-package.ts'
import { commit, proposal } from '../src/proposal.ts'
import { readTree, treeOctets } from '../src/tree-octets.ts'
import { groupSecrets } from '../src/welcome.ts'
import { eachVector, fromHex, type Passive, suite, toHex } from './vectors.ts'

for (const [family, wanted] of [
  ['passive-client-welcome', 8],
  ['passive-client-handling-commit', 13],
  ['passive-client-random', 1],
] as const) {
  eachVector(family, wanted, (vectors) => {
    for (const [index, vector] of vectors.entries())
      test(`${index}: joins, and follows ${vector.epochs.length} commits`, () => follow(vector))
  })
}

function follow(v: Passive): void {
  const psks = new Map(v.external_psks.map(({ psk_id, psk }) => [psk_id, fromHex(psk)]))
  const host: MlsHost = {
    crypto: suite.crypto,
    signer: signerOf(fromHex(v.signature_priv)),
    validate: () => undefined,
    psk: (id) => psks.get(toHex(id)),
    limits: { lifetime: Infinity },
  }
  const keyPackage = readOne(fromHex(v.key_package), 'keyPackage', 1 << 20)
  const [initKey, encryptionKey] = [fromHex(v.init_priv), fromHex(v.encryption_priv)]
  const secrets = encode(keyPackageSecrets, { keyPackage, initKey, encryptionKey })
  const now = Date.now()
  const tree = v.ratchet_tree === null ? {} : { tree: fromHex(v.ratchet_tree) }
  const joined = joinGroup(host, { welcome: fromHex(v.welcome), keyPackages: [secrets], now, ...tree })
  assert.ok(joined.type === 'joined', JSON.stringify(joined))
  let { group } = joined
  assert.equal(toHex(group.epochAuthenticator), v.initial_epoch_authenticator)
  for (const { proposals, commit: message, epoch_authenticator } of v.epochs) {
    for (const each of proposals) {
      const kept = group.receive(fromHex(each), now)
      assert.equal(kept.type, 'proposal', JSON.stringify(kept))
    }
    const received = group.receive(fromHex(message), now)
    assert.ok(received.type === 'commit', JSON.stringify(received))
    group = received.next
    assert.equal(toHex(group.epochAuthenticator), epoch_authenticator)
  }
}

const types = {
  add: 1,
  update: 2,
  remove: 3,
  pre_shared_key: 4,
  re_init: 5,
  external_init: 6,
  group_context_extensions: 7,
}

eachVector('messages', 300, (vectors) => {
  test('every message is read, and written with the same octets (§2.1, §6)', () => {
    const same = <T>(codec: Codec<T>, octets: Uint8Array): void =>
      assert.equal(toHex(encode(codec, decode(codec, octets))), toHex(octets))
    const wrapped = struct({ proposal })
    for (const vector of vectors) {
      for (const [name, hex] of Object.entries(vector)) {
        const octets = fromHex(hex)
        if (name.startsWith('mls_') || name.startsWith('public_') || name === 'private_message')
          assert.equal(toHex(messageOctets(readMessage(octets, 1 << 20))), hex, name)
        else if (name === 'ratchet_tree') assert.equal(toHex(treeOctets(readTree(octets, 1024))), hex)
        else if (name === 'group_secrets') same(groupSecrets, octets)
        else if (name === 'commit') same(commit, octets)
        else {
          const number = types[name.replace('_proposal', '') as keyof typeof types]
          same(wrapped, new Uint8Array([0, number, ...octets]))
        }
      }
    }
  })
})

/** Ten families of vectors, of the parts of the protocol. `passive.test.ts` and `tree-vectors.test.ts` have the others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode, Reader } from '@vagus/wire'
import { signerOf } from '../../transport/src/index.ts'
import { authOf, content, contentOf, isSignedContent, signContent } from '../src/content.ts'
import { groupContext } from '../src/group-context.ts'
import { groupInfo, isSignedGroupInfo } from '../src/group-info.ts'
import { keyPackageReference } from '../src/key-package.ts'
import {
  epochSecretOf,
  exportedSecret,
  externalPairOf,
  joinerSecretOf,
  secretsOf,
  welcomeKeyOf,
} from '../src/key-schedule.ts'
import { defaultLimits } from '../src/index.ts'
import { messageOctets, readMessage, readOne } from '../src/message.ts'
import { openPrivate, sealPrivate } from '../src/private-message.ts'
import { commit, proposal, type PskId } from '../src/proposal.ts'
import { applyProposals } from '../src/apply.ts'
import { pskSecretOf } from '../src/psk-secret.ts'
import { isFromMember, membershipTagOf } from '../src/public-message.ts'
import { SecretTree } from '../src/secret-tree.ts'
import { confirmedHashOf, interimHashOf } from '../src/transcript.ts'
import { leftOf, parentOf, rightOf, rootOf, siblingOf, widthOf } from '../src/tree-math.ts'
import { readTree, treeOctets } from '../src/tree-octets.ts'
import { noSecret } from '../src/key-schedule.ts'
import { readLength } from '../src/vectors.ts'
import { groupSecrets } from '../src/welcome.ts'
import { eachVector, fromHex, suite, toHex } from './vectors.ts'

const noOctets = new Uint8Array(0)
const limits = { ...defaultLimits, lifetime: Infinity }
const far = { ...limits, generationsAhead: 1_000_000 }

eachVector('deserialization', 14, (vectors) => {
  test('lengths are read (RFC 9420 §2.1.2)', () => {
    for (const { vlbytes_header, length } of vectors)
      assert.equal(readLength(new Reader(fromHex(vlbytes_header))), length)
  })
})

eachVector('tree-math', 10, (vectors) => {
  test('indexes of nodes (appendix C)', () => {
    for (const { n_leaves, n_nodes, root, left, right, parent, sibling } of vectors) {
      assert.equal(widthOf(n_leaves), n_nodes)
      assert.equal(rootOf(n_leaves), root)
      for (let node = 0; node < n_nodes; node++) {
        if (node % 2 === 1) assert.deepEqual([leftOf(node), rightOf(node)], [left[node], right[node]])
        if (node !== root) assert.deepEqual([parentOf(node), siblingOf(node)], [parent[node], sibling[node]])
      }
    }
  })
})

eachVector('crypto-basics', 1, ([vector]) => {
  const { expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = vector!
  const { sign_with_label: sign, encrypt_with_label: encrypt } = vector!
  test('secrets are expanded and derived with labels (§8, §9.1)', () => {
    const expanded = suite.expandWithLabel(fromHex(expand.secret), expand.label, fromHex(expand.context), expand.length)
    assert.equal(toHex(expanded), expand.out)
    assert.equal(toHex(suite.deriveSecret(fromHex(derive.secret), derive.label)), derive.out)
    const generation = new Uint8Array(4)
    new DataView(generation.buffer).setUint32(0, tree.generation)
    const secret = suite.expandWithLabel(fromHex(tree.secret), tree.label, generation, tree.length)
    assert.equal(toHex(secret), tree.out)
  })
  test('content is signed with a label (§5.1.2)', () => {
    const [key, octets] = [fromHex(sign.pub), fromHex(sign.content)]
    assert.ok(suite.verify(key, sign.label, octets, fromHex(sign.signature)))
    assert.equal(toHex(suite.sign(signerOf(fromHex(sign.priv)), sign.label, octets)), sign.signature)
  })
  test('content is encrypted with a label (§5.1.3)', () => {
    const pair = { privateKey: fromHex(encrypt.priv), publicKey: fromHex(encrypt.pub) }
    const info = suite.encryptionInfo(encrypt.label, fromHex(encrypt.context))
    const sealed = { kemOutput: fromHex(encrypt.kem_output), ciphertext: fromHex(encrypt.ciphertext) }
    assert.equal(toHex(suite.decrypt(pair, info, sealed)!), encrypt.plaintext)
    const again = suite.encrypt(pair.publicKey, info, fromHex(encrypt.plaintext), new Uint8Array(32).fill(7))
    assert.equal(toHex(suite.decrypt(pair, info, again)!), encrypt.plaintext)
  })
})

eachVector('secret-tree', 3, (vectors) => {
  test('keys of every leaf and generation (§9)', () => {
    for (const { encryption_secret, leaves } of vectors) {
      const tree = SecretTree.of(leaves.length, fromHex(encryption_secret))
      for (const [leaf, generations] of leaves.entries())
        for (const each of generations) {
          const application = tree.chain(suite, leaf, 'application').at(suite, each.generation, far)
          const handshake = tree.chain(suite, leaf, 'handshake').at(suite, each.generation, far)
          assert.deepEqual([application.key, application.nonce, handshake.key, handshake.nonce].map(toHex), [
            each.application_key,
            each.application_nonce,
            each.handshake_key,
            each.handshake_nonce,
          ])
        }
    }
  })
})

eachVector('key-schedule', 1, ([vector]) => {
  test('secrets of each epoch (§8)', () => {
    let init: Uint8Array = fromHex(vector!.initial_init_secret)
    for (const [index, epoch] of vector!.epochs.entries()) {
      const hex = (name: string): Uint8Array => fromHex(epoch[name]!)
      const context = encode(groupContext, {
        version: 1,
        cipherSuite: 1,
        groupId: fromHex(vector!.group_id),
        epoch: BigInt(index),
        treeHash: hex('tree_hash'),
        confirmedTranscriptHash: hex('confirmed_transcript_hash'),
        extensions: [],
      })
      assert.equal(toHex(context), epoch['group_context'])
      const joiner = joinerSecretOf(suite, init, hex('commit_secret'), context)
      assert.equal(toHex(joiner), epoch['joiner_secret'])
      const psk = hex('psk_secret')
      const { secrets, encryption } = secretsOf(suite, epochSecretOf(suite, joiner, psk, context))
      const welcome = hex('welcome_secret')
      assert.deepEqual(welcomeKeyOf(suite, joiner, psk), {
        key: suite.expandWithLabel(welcome, 'key', noOctets, 16),
        nonce: suite.expandWithLabel(welcome, 'nonce', noOctets, 12),
      })
      const { label, context: about, length, secret } = epoch.exporter
      assert.deepEqual(
        {
          encryption_secret: toHex(encryption),
          sender_data_secret: toHex(secrets.senderData),
          exporter_secret: toHex(secrets.exporter),
          epoch_authenticator: toHex(secrets.authenticator),
          external_secret: toHex(secrets.external),
          confirmation_key: toHex(secrets.confirmation),
          membership_key: toHex(secrets.membership),
          resumption_psk: toHex(secrets.resumption),
          init_secret: toHex(secrets.init),
          external_pub: toHex(externalPairOf(suite, secrets).publicKey),
          exported: toHex(exportedSecret(suite, secrets, label, fromHex(about), length)),
        },
        {
          encryption_secret: epoch['encryption_secret'],
          sender_data_secret: epoch['sender_data_secret'],
          exporter_secret: epoch['exporter_secret'],
          epoch_authenticator: epoch['epoch_authenticator'],
          external_secret: epoch['external_secret'],
          confirmation_key: epoch['confirmation_key'],
          membership_key: epoch['membership_key'],
          resumption_psk: epoch['resumption_psk'],
          init_secret: epoch['init_secret'],
          external_pub: epoch['external_pub'],
          exported: secret,
        },
      )
      init = secrets.init
    }
  })
})

eachVector('psk_secret', 11, (vectors) => {
  test('pre-shared keys are mixed (§8.4)', () => {
    for (const { psks, psk_secret } of vectors) {
      const list = psks.map(({ psk_id, psk, psk_nonce }) => {
        const id: PskId = { type: 'external', pskId: fromHex(psk_id), nonce: fromHex(psk_nonce) }
        return { id, psk: fromHex(psk) }
      })
      assert.equal(toHex(pskSecretOf(suite, list)), psk_secret)
    }
  })
})

eachVector('transcript-hashes', 1, ([vector]) => {
  test('a commit goes into both hashes (§8.2)', () => {
    const r = new Reader(fromHex(vector!.authenticated_content))
    const format = r.uint16() === 1 ? 'public' : 'private'
    const value = content.read(r)
    const auth = authOf('commit').read(r)
    r.end()
    const before = fromHex(vector!.interim_transcript_hash_before)
    const confirmed = confirmedHashOf(suite, before, { format, content: value, auth })
    assert.equal(toHex(confirmed), vector!.confirmed_transcript_hash_after)
    const tag = suite.mac(fromHex(vector!.confirmation_key), confirmed)
    assert.equal(toHex(tag), toHex(auth.confirmationTag!))
    assert.equal(toHex(interimHashOf(suite, confirmed, tag)), vector!.interim_transcript_hash_after)
  })
})

eachVector('welcome', 1, ([vector]) => {
  test('a welcome opens, and is signed (§12.4.3.1)', () => {
    const { secrets, encryptedGroupInfo } = readOne(fromHex(vector!.welcome), 'welcome', 1 << 20)
    const keyPackage = readOne(fromHex(vector!.key_package), 'keyPackage', 1 << 20)
    const reference = toHex(keyPackageReference(suite, keyPackage))
    const entry = secrets.find(({ newMember }) => toHex(newMember) === reference)
    assert.ok(entry !== undefined)
    const pair = { privateKey: fromHex(vector!.init_priv), publicKey: keyPackage.initKey }
    const info = suite.encryptionInfo('Welcome', encryptedGroupInfo)
    const opened = decode(groupSecrets, suite.decrypt(pair, info, entry.encryptedGroupSecrets)!)
    const { key, nonce } = welcomeKeyOf(suite, opened.joinerSecret, noSecret)
    const group = decode(groupInfo, suite.crypto.open(key, nonce, noOctets, encryptedGroupInfo)!)
    assert.ok(isSignedGroupInfo(suite, fromHex(vector!.signer_pub), group))
    const context = encode(groupContext, group.groupContext)
    const epoch = secretsOf(suite, epochSecretOf(suite, opened.joinerSecret, noSecret, context))
    const tag = suite.mac(epoch.secrets.confirmation, group.groupContext.confirmedTranscriptHash)
    assert.equal(toHex(tag), toHex(group.confirmationTag))
  })
})

eachVector('message-protection', 1, ([vector]) => {
  const v = vector!
  const groupId = fromHex(v.group_id)
  const context = encode(groupContext, {
    version: 1,
    cipherSuite: 1,
    groupId,
    epoch: BigInt(v.epoch),
    treeHash: fromHex(v.tree_hash),
    confirmedTranscriptHash: fromHex(v.confirmed_transcript_hash),
    extensions: [],
  })
  const key = fromHex(v.signature_pub)
  const membership = fromHex(v.membership_key)
  const secrets = () => ({
    senderData: fromHex(v.sender_data_secret),
    tree: SecretTree.of(2, fromHex(v.encryption_secret)),
  })
  const bodies = {
    proposal: { type: 'proposal', proposal: decode(proposal, fromHex(v.proposal)) },
    commit: { type: 'commit', commit: decode(commit, fromHex(v.commit)) },
    application: { type: 'application', data: fromHex(v.application) },
  } as const
  for (const type of ['proposal', 'commit', 'application'] as const) {
    test(`a ${type} in a private message, both ways (§6.3)`, () => {
      const read = readMessage(fromHex(v[`${type}_priv`]), 1 << 20)
      assert.ok(read.type === 'privateMessage')
      const { message } = openPrivate(suite, secrets(), 0, read.content, limits)
      assert.deepEqual(message.content.body, bodies[type])
      assert.ok(isSignedContent(suite, key, message, context))
      const sealed = sealPrivate(suite, secrets(), 1, message, Uint8Array.of(1, 2, 3, 4), 64)
      assert.equal(sealed.ciphertext.length % 64, 16)
      assert.deepEqual(openPrivate(suite, secrets(), 0, sealed, limits).message, message)
    })
    if (type === 'application') continue
    test(`a ${type} in a public message, both ways (§6.2)`, () => {
      const octets = fromHex(v[`${type}_pub`])
      const read = readMessage(octets, 1 << 20)
      assert.ok(read.type === 'publicMessage')
      assert.deepEqual(read.content.content.body, bodies[type])
      assert.ok(isFromMember(suite, membership, read.content, context))
      assert.ok(isSignedContent(suite, key, { format: 'public', ...read.content }, context))
      assert.deepEqual(messageOctets(read), octets)
      const { wire: _, ...fields } = read.content.content
      const made = contentOf(fields)
      const signature = signContent(suite, signerOf(fromHex(v.signature_priv)), 'public', made, context)
      const auth = { ...read.content.auth, signature }
      assert.deepEqual(auth, read.content.auth)
      assert.deepEqual(membershipTagOf(suite, membership, { content: made, auth }, context), read.content.membershipTag)
    })
  }
})

eachVector('tree-operations', 5, (vectors) => {
  for (const [index, v] of vectors.entries()) {
    const change = decode(proposal, fromHex(v.proposal))
    test(`${index}: ${change.type} of leaf ${v.proposal_sender} (§12.1)`, () => {
      const before = readTree(fromHex(v.tree_before), 1024)
      assert.equal(toHex(before.hash(suite)), v.tree_hash_before)
      assert.equal(toHex(treeOctets(before)), v.tree_before)
      const committed = { proposal: change, sender: { type: 'member', leaf: v.proposal_sender } } as const
      const host = { crypto: suite.crypto, signer: signerOf(new Uint8Array(32)), validate: () => undefined }
      const situation = { suite, host, tree: before, groupId: noOctets, now: 0, lifetime: 'any' } as const
      const { tree } = applyProposals(situation, [], [committed], new Set([committed]))
      assert.equal(toHex(treeOctets(tree)), v.tree_after)
      assert.equal(toHex(tree.hash(suite)), v.tree_hash_after)
      assert.equal(toHex(before.hash(suite)), v.tree_hash_before, 'the tree before stays as it was')
    })
  }
})

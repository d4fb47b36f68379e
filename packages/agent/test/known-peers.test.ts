import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { credentialsDigest, encodeCredentials } from '@vagus/channel'
import {
  type AgentId,
  agentIdOf,
  beginKeyLog,
  type KeyLog,
  rotateKey,
  signDelegation,
  signDocument,
  type Signer,
  verifyDocument,
} from '@vagus/identity'
import { dhKeyOf, identityCrypto, newKemKey, signerOf } from '@vagus/transport'
import { KnownPeers } from '../src/peers/known-peers.ts'
import { openSqlitePeers } from '../src/peers/sqlite-peers.ts'

const now = 1_790_000_000_000
const seed = (number: number): Uint8Array => new Uint8Array(32).fill(number)
const [first, next, third] = [signerOf(seed(1)), signerOf(seed(2)), signerOf(seed(3))]
const [ownId, otherId] = [agentIdOf(signerOf(seed(4)).publicKey), agentIdOf(signerOf(seed(5)).publicKey)]
const kem = newKemKey().publicKey
const begun = beginKeyLog(first, next.publicKey, identityCrypto)
const rotation = rotateKey(begun, next, third.publicKey, identityCrypto)
assert.ok(!('type' in rotation))
const rotated: KeyLog = rotation

const locator = (sequence: number, exp: number) =>
  ({ network: 'lan', sequence, addresses: ['udp://192.0.2.1:7601'], exp }) as const

/** A document of the one agent, and the static key that it names. */
function shown(epoch: number, log: KeyLog, signer: Signer, dh: number, sequence = 1) {
  const { publicKey } = dhKeyOf(seed(dh))
  const [iat, exp] = [now / 1000, now / 1000 + 3600]
  const keys = { x25519: publicKey, mlKem768: kem }
  const draft = {
    epoch,
    iat,
    exp,
    organisation: 0,
    role: 'writer',
    skills: [],
    keys,
    locators: [locator(sequence, exp)],
  }
  const signed = signDocument(draft, log, signer, identityCrypto)
  assert.ok(signed.type === 'signed')
  const { document } = signed.identity
  const credentials = encodeCredentials({ document, rootDocument: '', delegations: [] })
  return { document, publicKey, credentials, digest: credentialsDigest(credentials, identityCrypto) }
}
const before = shown(1, begun, first, 11)
const after = shown(2, rotated, next, 12)
const stolen = shown(1_000_000, begun, first, 13)
const forked = shown(1_000_001, beginKeyLog(first, third.publicKey, identityCrypto), first, 14)

/** What `known` says when somebody speaks with these credentials. */
function spoken(known: KnownPeers, { credentials, digest, publicKey }: typeof before, at = now): string {
  known.add(credentials)
  try {
    const peer = known.verify(digest, publicKey, at, ownId)
    return peer === 'unseen' ? peer : String(peer.identity.epoch)
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}

describe('a peer that has rotated its keys', () => {
  test('is itself, and the thief of the keys before is nobody, whatever epoch he signs', () => {
    const known = new KnownPeers()
    assert.deepEqual(
      [before, after, stolen, forked, before, after].map((each) => spoken(known, each)),
      ['1', '2', 'wrong-peer', 'wrong-peer', 'wrong-peer', '2'],
    )
  })
  test('is believed also where the thief came first', () => {
    const known = new KnownPeers()
    assert.deepEqual(
      [stolen, after, stolen].map((each) => spoken(known, each)),
      ['1000000', '2', 'wrong-peer'],
    )
  })
  test('is known also where the agent that met it was killed and begins again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-peers-'))
    try {
      const lives = [[before], [after, before], [stolen, before, after]].map((spoke) => {
        const known = new KnownPeers(openSqlitePeers(folder))
        const said = spoke.map((each) => spoken(known, each))
        known.close()
        return said
      })
      assert.deepEqual(lives, [['1'], ['2', 'wrong-peer'], ['wrong-peer', 'wrong-peer', '2']])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
  test('is known from a look-up, too, and an older answer of it leads to the newest', () => {
    const known = new KnownPeers()
    known.found(after, now)
    assert.equal(spoken(known, stolen), 'wrong-peer')
    assert.equal(known.found(before, now).epoch, 2)
    assert.throws(() => known.found(forked, now), { code: 'unknown-agent' })
  })
})

test('a peer never shows an older document, but a look-up may be ahead of what it shows', () => {
  const [one, two, three] = [1, 2, 3].map((epoch) => shown(epoch, begun, first, 11))
  const known = new KnownPeers()
  known.found(three!, now)
  assert.deepEqual(
    [one, two, one, three, two].map((each) => spoken(known, each!)),
    ['1', '2', 'wrong-peer', '3', 'wrong-peer'],
  )
})

test('of two documents of one epoch the first that was known counts, also after a restart and for look-ups', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-peers-'))
  const [one, other, later] = [shown(1, begun, first, 11), shown(1, begun, first, 12), shown(2, begun, first, 12)]
  const known = new KnownPeers(openSqlitePeers(folder))
  assert.deepEqual(
    [one, other, one].map((each) => spoken(known, each)),
    ['1', 'wrong-peer', '1'],
  )
  assert.throws(() => known.found(other, now), { code: 'unknown-agent', message: /signed two documents of epoch 1/ })
  assert.equal(known.found(one, now).document, one.document)
  known.close()
  const again = new KnownPeers(openSqlitePeers(folder))
  assert.equal(spoken(again, other), 'wrong-peer')
  assert.equal(spoken(again, later), '2', 'a higher epoch ends the dispute')
  again.close()
  rmSync(folder, { recursive: true })
})

test('a newer document that goes back in a locator is refused, as everywhere', () => {
  const known = new KnownPeers()
  const [moved, back] = [shown(1, begun, first, 11, 7), shown(2, begun, first, 11, 3)]
  assert.equal(spoken(known, moved), '1')
  assert.throws(() => known.found(back, now), { code: 'unknown-agent', message: /lan went back from 7 to 3/ })
  assert.equal(spoken(known, back), 'wrong-peer')
  assert.equal(spoken(known, shown(2, rotated, next, 12, 3)), '2', 'what the key before signed counts no more')
})

test('the peers that are kept have a limit, and the one that was kept longest ago goes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-peers-'))
  const store = openSqlitePeers(folder)
  const idOf = (at: number): AgentId => `did:key:${at}`
  for (let at = 0; at < 4100; at++)
    store.keep(idOf(at), { document: 'a.b.c', shownEpoch: at, at, standing: 'stranger' })
  assert.deepEqual(
    [0, 3, 4, 4099].map((at) => store.find(idOf(at))?.shownEpoch),
    [undefined, undefined, 4, 4099],
  )
  store.close()
  rmSync(folder, { recursive: true })
})

test('a crowd that came by itself takes no place of one that was looked up, in memory or in the folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-peers-'))
  const store = openSqlitePeers(folder)
  const known = new KnownPeers(store)
  known.found(before, now)
  assert.equal(spoken(known, after), '2')
  const stranger = { document: 'a.b.c', shownEpoch: 1, at: now + 1, standing: 'stranger' } as const
  for (let at = 0; at < 4100; at++) store.keep(`did:key:${at}`, stranger)
  assert.equal(store.find('did:key:0'), undefined)
  assert.equal(spoken(known, before), 'wrong-peer')
  known.close()
  const again = new KnownPeers(openSqlitePeers(folder))
  assert.equal(spoken(again, before), 'wrong-peer')
  again.close()
  rmSync(folder, { recursive: true })
})

test('a folder of before is read, and its peers are strangers until they are looked up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-peers-'))
  const old = new DatabaseSync(join(folder, 'peers.sqlite'))
  old.exec(`CREATE TABLE peer (
      id TEXT PRIMARY KEY, document TEXT NOT NULL, shown_epoch INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE INDEX peer_by_time ON peer (at); INSERT INTO peer VALUES ('did:key:1', 'a.b.c', 7, 8)`)
  old.close()
  const store = openSqlitePeers(folder)
  assert.deepEqual(store.find('did:key:1'), { document: 'a.b.c', shownEpoch: 7, at: 8, standing: 'stranger' })
  store.close()
  rmSync(folder, { recursive: true })
})

test('of what comes for a digest only the credentials that it is of are kept, once they prove who spoke', () => {
  const known = new KnownPeers()
  const come = ({ credentials }: typeof before, publicKey = before.publicKey): unknown =>
    known.verifyShown(before.digest, credentials, publicKey, now, ownId)
  const isKept = ({ digest, publicKey }: typeof before): boolean =>
    known.verify(digest, publicKey, now, ownId) !== 'unseen'
  assert.equal(come(forked), 'unseen')
  assert.equal(isKept(forked), false)
  assert.throws(() => come(before, forked.publicKey), { code: 'wrong-peer' })
  assert.equal(isKept(before), false)
  assert.notEqual(come(before), 'unseen')
  assert.equal(isKept(before), true)
})

describe('a peer that speaks in the name of another', () => {
  const idOf = (document: string): AgentId => {
    const answer = verifyDocument(document, now, identityCrypto)
    assert.ok(answer.type === 'verified')
    return answer.identity.id
  }
  const root = shown(1, beginKeyLog(third, next.publicKey, identityCrypto), third, 15)
  const own = idOf(root.document)

  /** What `before` shows with a delegation for five seconds. */
  function delegated(audience?: readonly AgentId[]) {
    const [iss, sub, iat] = [own, idOf(before.document), now / 1000]
    const about = { iss, sub, iat, exp: iat + 5, depth: 0, task: 'report-17', capabilities: ['report.write'] }
    const signed = signDelegation({ ...about, ...(audience && { audience }) }, third)
    assert.ok(signed.type === 'signed', JSON.stringify(signed))
    const shows = { document: before.document, rootDocument: root.document, delegations: [signed.delegation] }
    const credentials = encodeCredentials(shows)
    return { ...before, credentials, digest: credentialsDigest(credentials, identityCrypto) }
  }

  test('is believed until the delegation is over, and not from memory after that', () => {
    const known = new KnownPeers()
    const child = delegated()
    assert.deepEqual(
      [now, now + 4999, now + 5000].map((at) => spoken(known, child, at)),
      ['1', '1', 'wrong-peer'],
    )
  })

  test('is believed by those whom the delegation names', () => {
    const known = new KnownPeers()
    assert.equal(spoken(known, delegated([otherId, ownId])), '1')
    assert.equal(spoken(known, delegated([otherId])), 'wrong-peer')
  })
})

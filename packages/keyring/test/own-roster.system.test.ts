import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { acceptRoster, agentIdOf, type Member, verifyRoster } from '@vagus/identity'
import { identityCrypto, signerOf } from '@vagus/transport'
import { Keyring, KeyringError } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-own-roster-'))
after(() => rmSync(folder, { recursive: true }))

const now = Date.UTC(2026, 10, 25)
const day = 86_400_000
let count = 0

function withOwner(): Keyring {
  const keyring = new Keyring(join(folder, String(count++)))
  const owner = { role: 'owner', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }
  keyring.create('acme', owner, now)
  return keyring
}
const member = (number: number): Member => ({
  id: agentIdOf(signerOf(new Uint8Array(32).fill(number)).publicKey),
  name: `agent-${number}`,
  roles: ['worker'],
})
const policies = 'permit (principal, action, resource);'

describe('the roster of an agent that owns a fleet', () => {
  test('is there once it is signed, verifies by itself, and holds for 90 days', () => {
    const keyring = withOwner()
    assert.deepEqual([keyring.owners(), keyring.roster('acme')], [[], undefined])
    const signed = keyring.signRoster('acme', () => ({ members: [member(1)], policies }), now)
    assert.deepEqual(verifyRoster(signed.jws, now, identityCrypto), { type: 'verified', roster: signed })
    assert.equal(signed.owner, keyring.open('acme', now).identity.id)
    assert.equal(signed.expiresAt - signed.issuedAt, 90 * day)
    assert.deepEqual([keyring.owners(), keyring.roster('acme')], [['acme'], signed])
    assert.equal(statSync(keyring.rosterFile('acme')).mode & 0o777, 0o644)
  })

  test('is followed by one that readers of the one before accept, also after a rotation of the owner', () => {
    const keyring = withOwner()
    const first = keyring.signRoster('acme', () => ({ members: [member(1)], policies, holdsSeconds: 86_400 }), now)
    const second = keyring.signRoster('acme', () => ({ members: [member(1), member(2)] }), now + 2 * day)
    assert.deepEqual([second.epoch - first.epoch, second.policies], [1, policies])
    assert.equal(second.expiresAt - second.issuedAt, day)
    assert.equal(acceptRoster(first, second).type, 'accepted')
    keyring.rotate('acme', now + 2 * day)
    const third = keyring.signRoster('acme', () => ({}), now + 2 * day)
    assert.deepEqual([third.keyLog.length, third.members.length], [2, 2])
    assert.equal(acceptRoster(second, third).type, 'accepted')
  })

  test('says no more of a role that has ended when it is signed again', () => {
    const keyring = withOwner()
    const terms = [1, 3].map((days) => ({ role: `for-${days}`, until: now + days * day }))
    keyring.signRoster('acme', () => ({ members: [{ ...member(1), terms }], policies }), now)
    const termsAt = (at: number) => keyring.signRoster('acme', () => ({}), at).members[0]!.terms
    assert.deepEqual([termsAt(now), termsAt(now + day), termsAt(now + 3 * day)], [terms, terms.slice(1), undefined])
  })

  test('stays as it was when the next one would break a rule', () => {
    const keyring = withOwner()
    const kept = keyring.signRoster('acme', () => ({ members: [member(1)], policies }), now)
    assert.throws(
      () => keyring.signRoster('acme', () => ({ members: [member(1), member(1)] }), now),
      (error) => error instanceof KeyringError && error.code === 'refused' && /two members/.test(error.message),
    )
    assert.deepEqual(keyring.roster('acme'), kept)
  })

  test('that is damaged is not taken for none: epochs would begin anew', () => {
    const keyring = withOwner()
    keyring.signRoster('acme', () => ({ policies }), now)
    writeFileSync(keyring.rosterFile('acme'), 'half of it')
    assert.throws(
      () => keyring.signRoster('acme', () => ({}), now),
      (error) => error instanceof KeyringError && error.code === 'damaged',
    )
  })

  test('loses nothing when several processes change it at once, some of them killed (kill -9)', async () => {
    const keyring = withOwner()
    keyring.signRoster('acme', () => ({ policies }), now)
    const others = [0, 1, 2].map((process) => adding(keyring, process * 40 + 1))
    const killed = adding(keyring, 121)
    const done: number[] = []
    killed.stdout.on('data', (octets: Buffer) => {
      done.push(...octets.toString().trim().split('\n').map(Number))
      if (done.length >= 2) killed.kill('SIGKILL')
    })
    const ends = await Promise.all([...others, killed].map((child) => once(child, 'exit')))
    assert.deepEqual(
      ends.slice(0, 3),
      Array.from({ length: 3 }, () => [0, null]),
    )
    const roster = keyring.roster('acme')!
    const names = new Set(roster.members.map(({ name }) => name))
    const expected = [0, 1, 2].flatMap((process) => Array.from({ length: 8 }, (_, at) => process * 40 + 1 + at))
    for (const number of [...expected, ...done]) assert.ok(names.has(`agent-${number}`), `agent-${number} is lost`)
    assert.equal(roster.epoch, 1 + names.size, 'each change has an epoch of its own')
  })
})

/** A process that adds eight members, one at a time, and prints the number of each when it is there. */
function adding(keyring: Keyring, first: number) {
  const script = `
    import { Keyring } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
    import { agentIdOf } from '@vagus/identity'
    import { signerOf } from '@vagus/transport'
    const keyring = new Keyring(${JSON.stringify(keyring.folder)})
    for (let number = ${first}; number < ${first} + 8; number++) {
      const id = agentIdOf(signerOf(new Uint8Array(32).fill(number)).publicKey)
      const added = { id, name: 'agent-' + number, roles: ['worker'] }
      keyring.signRoster('acme', (before) => ({ members: [...before.members, added] }), ${now})
      console.log(number)
    }`
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

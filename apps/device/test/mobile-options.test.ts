import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { formatAddress, parseAddress } from '@vagus/address'
import { agentIdOf, beginKeyLog, signRoster } from '@vagus/identity'
import type { Attached } from '@vagus/mobility'
import { identityCrypto, signerOf } from '@vagus/transport'
import { AttachmentStore } from '../src/mobility/attachment-store.ts'
import { mobilityAllowed } from '../src/mobility/mobile-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-mobility-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const signer = signerOf(new Uint8Array(32).fill(1))
const log = beginKeyLog(signer, signerOf(new Uint8Array(32).fill(2)).publicKey, identityCrypto)
const idOf = (seed: number): string => agentIdOf(signerOf(new Uint8Array(32).fill(seed)).publicKey)
const now = Date.now()

function rosterFile(quarantined: 'quarantined' | 'free', exp = Math.floor(now / 1000) + 3600): string {
  const members = [
    {
      id: idOf(3),
      name: 'robot',
      roles: [],
      ...(quarantined === 'quarantined'
        ? { quarantine: { since: Math.floor(now / 1000) * 1000, reason: 'lost' } }
        : {}),
    },
  ]
  const made = signRoster(
    { epoch: quarantined === 'free' ? 1 : 2, iat: exp - 3600, exp, members, policies: '' },
    log,
    signer,
    identityCrypto,
  )
  assert.ok(made.type === 'signed', JSON.stringify(made))
  return made.roster.jws
}

describe('who may attach', () => {
  const allowed = (agents: readonly string[]) =>
    mobilityAllowed({ block: 'fd00:77::/48', links: ['eth3'], agents }).admits

  test('is who is named, or anybody', () => {
    assert.equal(allowed(['any'])(idOf(9), now), 'admitted')
    const admits = allowed([idOf(3)])
    assert.equal(admits(idOf(3), now), 'admitted')
    assert.match(JSON.stringify(admits(idOf(4), now)), /is not among --mobile-agents/)
  })

  test('is a member of a fleet, until its owner says otherwise', () => {
    const path = join(folder, 'acme.roster')
    writeFileSync(path, rosterFile('free'))
    const admits = allowed([path])
    assert.equal(admits(idOf(3), now), 'admitted')
    assert.match(JSON.stringify(admits(idOf(4), now)), /is no member of the fleet/)
    writeFileSync(path, `${rosterFile('quarantined')}\n`)
    assert.match(JSON.stringify(admits(idOf(3), now)), /robot is in quarantine/)
    assert.match(JSON.stringify(admits(idOf(3), now + 7_200_000)), /has no roster that holds/)
    rmSync(path)
    assert.match(JSON.stringify(admits(idOf(3), now)), /nor a file/)
  })

  test('must be said so that it can be understood', () => {
    assert.throws(() => allowed(['nobody']), /"nobody" is neither "any", an id such as did:key:z6Mk…, nor a file/)
    const limits = { links: ['eth3'], agents: ['any'] }
    assert.throws(() => mobilityAllowed({ ...limits, block: 'fd00:77::/80' }), /of 16 to 64 bits/)
    assert.throws(
      () => mobilityAllowed({ ...limits, block: 'fd00:77::/48', leaseSeconds: 1 }),
      /--mobile-for must be 2s to 1h/,
    )
  })
})

describe('attachments in a file', () => {
  const attached: Attached = {
    address: 'fd00:77::1',
    id: idOf(3),
    rotations: 1,
    sequence: 7,
    edge: 12,
    nextHop: parseAddress('2001:db8::2'),
    interface: 3,
    since: 1000,
    until: 31_000,
  }
  const interfaces = { nameOf: () => 'eth3', indexOf: (name: string) => (name === 'eth3' ? 5 : undefined) }
  const storeAt = (path: string, up: number, boot = 'one', links = interfaces): AttachmentStore =>
    new AttachmentStore(join(folder, path), { boot, up: () => up }, links)

  test('are read by the agent of the next start, by the clock of the boot and the names of interfaces', () => {
    storeAt('a.json', 500).write([attached], 2000)
    // The time of day was set by an hour meanwhile, and 4 s have passed.
    const [read] = storeAt('a.json', 4500).read(3_600_000)
    assert.deepEqual(
      [read?.interface, read?.until, read?.since, formatAddress(read!.nextHop)],
      [5, 3_600_000 + 25_000, 3_600_000 - 5000, '2001:db8::2'],
    )
  })

  test('end with the boot, and with their interface', () => {
    storeAt('b.json', 500).write([attached], 2000)
    assert.deepEqual(storeAt('b.json', 600, 'two').read(2100), [])
    assert.deepEqual(storeAt('b.json', 600, 'one', { ...interfaces, indexOf: () => undefined }).read(2100), [])
    assert.deepEqual(storeAt('none.json', 600).read(2100), [])
  })

  test('that are damaged are said to be so', () => {
    writeFileSync(join(folder, 'c.json'), '{"version":9}')
    assert.throws(() => storeAt('c.json', 1).read(1), /c\.json has no attachments: version 9; must be 1/)
    writeFileSync(join(folder, 'c.json'), '{')
    assert.throws(() => storeAt('c.json', 1).read(1), /c\.json has no attachments/)
  })
})

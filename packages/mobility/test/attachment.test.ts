import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contains, formatAddress, parseAddress } from '@vagus/address'
import { agentTag } from '@vagus/identity'
import fc from 'fast-check'
import { addressInBlock, addressOfRoute, Challenges, mobileBlock, verifyAttachment } from '../src/index.ts'
import { agentWith, block, crypto, rotated, signed, statement } from './agents.ts'

test('an attachment says what was signed, whose it is, and which address that has', () => {
  const agent = agentWith(1)
  const verified = verifyAttachment(signed(agent), block, crypto)
  assert.ok(!('code' in verified))
  const tag = agentTag(verified.id, 0) as string
  assert.deepEqual(verified.address, addressInBlock(block, tag))
  assert.equal(formatAddress(verified.address).startsWith('fd00:77:'), true)
  const { id: _, address: __, rotations, ...rest } = verified
  assert.deepEqual([rest, rotations], [statement(), 0])
})

test('a block that tags are in gives whole tags', () => {
  const tag = 'fd76:6160:0:5:1:2:3:4'
  for (const text of ['fd76:6160::/28', 'fd76:6160:0:5::/64', 'fd76:6160::/32'])
    assert.equal(formatAddress(addressInBlock(mobileBlock(text), tag)), tag)
})

test('every address is in its block, with the last 64 bits of the tag', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.integer({ min: 16, max: 64 }),
      (bits, tag, length) => {
        const cut = bits.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, length - at * 8))))
        cut[0] = 0xfd
        const prefix = { version: 6, octets: cut, length } as const
        tag[0] = 0xfd
        const address = addressInBlock(prefix, formatAddress(tag))
        assert.ok(contains(prefix, address))
        assert.deepEqual(address.slice(8), tag.slice(8))
      },
    ),
  )
})

test('a block that is IPv4, too large or too small is refused with what would be right', () => {
  for (const text of ['10.0.0.0/8', '::/0', 'fd00:77::/80'])
    assert.throws(
      () => mobileBlock(text),
      /a mobile block must be an IPv6 prefix of 16 to 64 bits, such as fd00:77::\/48/,
    )
})

test('only host routes in the block are addresses', () => {
  assert.equal(addressOfRoute(block, 'fd00:77::1/128'), 'fd00:77::1')
  for (const route of ['fd00:77::/64', 'fd00:78::1/128', '10.0.0.0/8'])
    assert.equal(addressOfRoute(block, route), undefined)
})

test('a key other than the one that the log ends with signs nothing', () => {
  const [agent, other] = [agentWith(1), agentWith(2)]
  const stolen = { ...signed(other), log: agent.log }
  assert.deepEqual(verifyAttachment(stolen, block, crypto), {
    code: 'signature',
    problem: 'the signature does not match this content and key',
  })
  const newer = rotated(agent, 1)
  assert.equal('code' in verifyAttachment({ ...signed(agent), log: newer.log }, block, crypto), true)
  const after = verifyAttachment(signed(newer), block, crypto)
  const before = verifyAttachment(signed(agent), block, crypto)
  assert.ok(!('code' in after) && !('code' in before))
  assert.deepEqual([after.id, after.address, after.rotations], [before.id, before.address, 1])
})

test('no changed octet of a statement is believed', () => {
  const { log, statement: text } = signed(agentWith(1))
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'a', '0', '-', '_', '.'), (at, letter) => {
      if (text[at] === letter) return
      const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`
      assert.ok('code' in verifyAttachment({ log, statement: changed }, block, crypto))
    }),
  )
})

test('numbers beyond their bounds are refused although they are signed', () => {
  const agent = agentWith(1)
  for (const changes of [
    { sequence: 0 },
    { sequence: 2 ** 32 },
    { lifetime: 86_400_001 },
    { edge: '' },
    { challenge: new Uint8Array(3) },
  ]) {
    const verdict = verifyAttachment(signed(agent, changes), block, crypto)
    assert.ok('code' in verdict && verdict.code === 'malformed', JSON.stringify(verdict))
  }
})

test('a challenge is that of one agent, next hop and link, for a minute, until the edge starts again', () => {
  const challenges = new Challenges(new Uint8Array(32).fill(1), crypto)
  const asker = { id: 'did:key:z6MkA', nextHop: parseAddress('2001:db8::2'), interface: 3 }
  const one = challenges.challenge(asker, 100_000)
  assert.ok(challenges.isOurs(one, asker, 100_000) && challenges.isOurs(one, asker, 130_000))
  assert.ok(!challenges.isOurs(one, asker, 190_000))
  assert.ok(!challenges.isOurs(one, asker, 1000))
  for (const other of [{ id: 'did:key:z6MkB' }, { nextHop: parseAddress('2001:db8::3') }, { interface: 4 }])
    assert.ok(!challenges.isOurs(one, { ...asker, ...other }, 100_000))
  assert.ok(!new Challenges(new Uint8Array(32).fill(2), crypto).isOurs(one, asker, 100_000))
  assert.ok(!challenges.isOurs(new Uint8Array(0), asker, 100_000))
})

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { maxTextOctets } from '../../src/snmp/answer.ts'
import { SnmpSession } from '../../src/snmp/session.ts'
import { type SnmpTarget, targetOf } from '../../src/snmp/settings.ts'
import { SnmpProblem } from '../../src/snmp/snmp-problem.ts'
import { integer, lyingAgent, response, responseV3, text, tlv, varbind } from './lying-agent.ts'

const oid = '1.3.6.1.2.1.1.5.0'
const secrets = { community: 'public', auth: 'an-auth-secret', privacy: 'a-privacy-secret' }

function target(port: number, version: '3' | '2c', more: Partial<SnmpTarget> = {}): SnmpTarget {
  const device = { name: 'liar', address: '127.0.0.1', snmp: { version, port, user: 'vagus', timeout: '1s' } }
  return { ...targetOf(device as never, {})!, timeout: 100, ...more }
}

/** What a session with an agent that answers so has of one question. */
async function outcomeOf(
  answers: (question: Buffer, id: number) => readonly Uint8Array[],
  version: '3' | '2c' = '2c',
  more: Partial<SnmpTarget> = {},
) {
  await using agent = await lyingAgent(answers)
  const session = new SnmpSession(target(agent.port, version, more), secrets)
  try {
    return await session.ask({ oids: [oid] })
  } catch (error) {
    assert.ok(error instanceof SnmpProblem, String(error))
    for (const secret of Object.values(secrets)) assert.ok(!error.message.includes(secret), error.message)
    return error.kind
  } finally {
    session.close()
  }
}

const wellFormed = (id: number): Buffer => response(id, varbind(oid, text('r1')))

void describe('a session with a router that lies', () => {
  void test('takes what is right', async () => {
    assert.deepEqual(await outcomeOf((_, id) => [wellFormed(id)]), [{ oid, value: 'r1' }])
  })

  void test('cuts long texts, and takes numbers of any length for none', async () => {
    const long = await outcomeOf((_, id) => [response(id, varbind(oid, text('x'.repeat(30_000))))])
    assert.deepEqual(long, [{ oid, value: 'x'.repeat(maxTextOctets) }])
    const huge = await outcomeOf((_, id) => [response(id, varbind(oid, tlv(0x46, Buffer.alloc(400, 0xff))))])
    assert.deepEqual(huge, [{ oid, value: undefined }])
  })

  void test('takes a counter of 64 bits with and without the zero before it', async () => {
    for (const octets of [Buffer.alloc(8, 0xff), Buffer.concat([Buffer.of(0), Buffer.alloc(8, 0xff)])])
      assert.deepEqual(await outcomeOf((_, id) => [response(id, varbind(oid, tlv(0x46, octets)))]), [
        { oid, value: 2n ** 64n - 1n },
      ])
  })

  void test('is not ended by a message of SNMPv3 with authentication where it speaks 2c', async () => {
    const inner = tlv(0x30, text('engine'), text(''), tlv(0xa2, integer(1), integer(0), integer(0), tlv(0x30)))
    assert.equal(await outcomeOf((_, id) => [responseV3(id, 1, inner)]), 'malformed')
    assert.notEqual(typeof (await outcomeOf((_, id) => [responseV3(id, 3, text('encrypted'))])), 'object')
  })

  void test('does not believe an answer that is not authenticated where it asked with authentication', async () => {
    const discovery = tlv(0x30, text('e'), text(''), tlv(0xa8, integer(0), integer(0), integer(0), tlv(0x30)))
    const forged = tlv(
      0x30,
      text('e'),
      text(''),
      tlv(0xa2, integer(0), integer(0), integer(0), tlv(0x30, varbind(oid, text('forged')))),
    )
    let asked = 0
    const found = await outcomeOf((_, id) => [responseV3(id, 0, asked++ === 0 ? discovery : forged)], '3')
    assert.equal(found, 'malformed')
    assert.equal(asked, 2)
  })

  void test('does not ask for ever one that never knows its time', async () => {
    const report = tlv(0x30, text('e'), text(''), tlv(0xa8, integer(0), integer(0), integer(0), tlv(0x30)))
    let asked = 0
    const answers = (_: Buffer, id: number): readonly Uint8Array[] =>
      asked++ < 10_000 ? [responseV3(id, 0, report, 0)] : []
    assert.equal(await outcomeOf(answers, '3'), 'malformed')
    assert.ok(asked <= 6, `it was asked ${asked} times`)
  })

  void test('passes over what others send, and names them where the router is silent', async () => {
    const stranger = createSocket('udp4')
    await using agent = await lyingAgent((_, id, port) => {
      stranger.send(wellFormed(id), port, '127.0.0.1')
      return []
    })
    const session = new SnmpSession(target(agent.port, '2c'), secrets)
    await assert.rejects(session.ask({ oids: [oid] }), /answers from 127\.0\.0\.1:\d+ when asked at/)
    session.close()
    stranger.close()
  })

  void test('ends each question once, whatever octets come', async () => {
    const kinds = ['malformed', 'no-answer', 'wrong-user', 'wrong-secret', 'refused', 'too-big']
    const property = fc.asyncProperty(
      fc.constantFrom('2c' as const, '3' as const),
      fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
      fc.nat(4),
      async (version, changes, cut) => {
        const found = await outcomeOf(
          (_, id) => {
            const answer =
              version === '2c' ? wellFormed(id) : responseV3(id, 0, tlv(0x30, text('e'), text(''), wellFormed(id)))
            for (const [at, octet] of changes) if (at < answer.length) answer[at] = octet
            return [answer.subarray(0, answer.length - cut)]
          },
          version,
          { timeout: 10 },
        )
        assert.ok(Array.isArray(found) || kinds.includes(found as string), JSON.stringify(found))
      },
    )
    await fc.assert(property, { numRuns: 60 })
  })

  void test('a session that is closed says so at once', async () => {
    await using agent = await lyingAgent(() => [])
    const session = new SnmpSession(target(agent.port, '2c'), secrets)
    const asking = assert.rejects(session.ask({ oids: [oid] }), /is not asked any more/)
    session.close()
    await asking
    await assert.rejects(session.ask({ oids: [oid] }), /is not asked any more/)
  })
})

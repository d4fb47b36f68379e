/**
 * Plays mutated messages into the whole of the receiving side: framer, decoder, session, tables. Checks that nothing
 * throws, that the quick and the slow way agree on treatment and facts, and that every reset has a NOTIFICATION of the codes
 * that RFC 4271 knows. A few thousand run with the unit tests; long runs come from `npm run soak`.
 * @module
 */
import assert from 'node:assert/strict'
import {
  AdjRibIn,
  AttributeTable,
  decodeLinkStateNlri,
  decodeLinkStateTlvs,
  decodeMessage,
  decodeUpdate,
  encodeMessage,
  encodeUpdate,
  initialSession,
  ipv4Unicast,
  ipv6Unicast,
  maxMessageOctets,
  openOf,
  RouteRows,
  type Session,
  type SessionConfig,
  step,
  type UpdateContext,
  linkState,
  NlriRib,
  UpdateIntake,
} from '../src/index.ts'
import { hash } from './hash.ts'
import { emptyLayout, readLayout } from '../src/update/layout.ts'
import { external, external2, withLinkState, withPathIds } from './contexts.ts'
import { hex, message } from './octets.ts'
import { assertAgreement } from './quick-agreement.ts'

const own = { as: 64512, bgpIdentifier: 99, clusterId: 99 }
const config: SessionConfig = {
  localAs: 65001,
  bgpIdentifier: 2,
  peerAs: 65002,
  mode: 'active',
  holdTime: 90,
  families: [
    { afi: 1, safi: 1 },
    { afi: 2, safi: 1 },
    { afi: 16388, safi: 71 },
  ],
  gracefulRestart: { restartTime: 30 },
}

const block = hex(`40010101 40020c 0201 0000fde9 0101 00010002 4003040a080102 80040400000064 400504000000c8
  c00708 0000fde9 0a000001 c00808 ffffff01 fde90001 c01008 4004fde949742400 c01706 0001 0002 0600
  801a0b 01 000b 0000000000000064 c0200c 0000fde9 00000001 00000002 c0280a 01 0007 00 0000 0000000a c08103 616263`)
const withBlock = (attributes: Uint8Array, nlri: string): Uint8Array =>
  message(2, hex('0000'), new Uint8Array([attributes.length >> 8, attributes.length & 255]), attributes, hex(nlri))

/** One good message of each kind. */
const seeds: readonly Uint8Array[] = [
  encodeMessage(openOf(config)),
  encodeMessage(openOf({ ...config, localAs: 65002, peerAs: 65001 })),
  message(4),
  message(3, hex('0602 03 616263')),
  message(5, hex('00010001')),
  withBlock(block, '18c00002 0a0a40 20c0000201'),
  withBlock(hex('40010100 40020602010000fde9 800e1a 0002 01 10 20010db8000000000000000000000001 00 2020010db8'), ''),
  withBlock(hex('40010100 40020602010000fde9 800e0e 0001 85 00 00 08 01 18 c00002 03 81 06'), ''),
  withBlock(hex('800f08 0002 01 20 20010db8'), ''),
  withBlock(
    hex(`40010100 400200 40050400000064
      800e4e 4004 47 04 0a000001 00 0002 0041 07 0000000000000007 0100 0010 0200 0004 0000fc00 0204 0004 0a000001
      0101 0010 0200 0004 0000fc58 0204 0004 0a000002 0103 0004 c0000201 0104 0004 c0000202
      801d10 0441 0004 4cee6b28 045a 0004 00000064`),
    '',
  ),
]

/** Equal numbers for equal seeds. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Flips, overwrites, cuts, doubles and joins, one to six times; three in four get their length mended. */
function mutate(octets_: Uint8Array, other: Uint8Array, next: (below: number) => number): Uint8Array {
  let octets: Uint8Array = octets_.slice()
  for (let changes = 1 + next(6); changes > 0 && octets.length > 19; changes--) {
    const at = next(16) === 0 ? next(19) : 19 + next(octets.length - 19)
    const kind = next(6)
    if (kind < 2) octets[at] = octets[at]! ^ (1 << next(8))
    else if (kind === 2) octets[at] = [0, 1, 2, 255, 128, 64][next(6)]!
    else if (kind === 3) octets = octets.slice(0, at)
    else if (kind === 4) octets = spliced(octets.subarray(0, at), other.subarray(next(other.length)))
    else octets[at] = next(256)
  }
  if (octets.length >= 19 && next(4) !== 0) octets.set([octets.length >> 8, octets.length & 255], 16)
  return octets
}

/** The one behind the other, 4096 octets at most. */
function spliced(one: Uint8Array, other: Uint8Array): Uint8Array {
  const octets = new Uint8Array(Math.min(one.length + other.length, 4096))
  octets.set(one.subarray(0, octets.length))
  octets.set(other.subarray(0, Math.max(0, octets.length - one.length)), Math.min(one.length, octets.length))
  return octets
}

export interface FuzzResult {
  readonly messages: number
  readonly malformed: number
  readonly faults: number
  readonly routes: number
}

interface Receiver {
  readonly context: UpdateContext
  readonly ribs: ReadonlyMap<number, AdjRibIn>
  readonly others: ReadonlyMap<number, NlriRib>
  readonly intake: UpdateIntake
}

function receiver(table: AttributeTable, context: UpdateContext): Receiver {
  const ribs = new Map([
    [ipv4Unicast, new AdjRibIn({ rows: new RouteRows(4, table), maxPrefixes: 500 })],
    [ipv6Unicast, new AdjRibIn({ rows: new RouteRows(6, table), maxPrefixes: 500 })],
  ])
  const others = new Map([[linkState, new NlriRib({ family: linkState, table, maxNlri: 100 })]])
  return { context, ribs, others, intake: new UpdateIntake(table, context, ribs, others) }
}

/** Plays `count` mutations of the messages above and of `captured` ones. Throws an AssertionError that names the seed. */
export function fuzz(count: number, seed: number, captured: readonly Uint8Array[] = []): FuzzResult {
  const next = random(seed)
  const corpus = [...seeds, ...captured.filter(({ length }) => length > 19)]
  const table = new AttributeTable({ own, hash, maxSets: 300, maxOctets: 100_000 })
  const receivers = [external, external2, withPathIds, withLinkState].map((context) => receiver(table, context))
  const result = { messages: count, malformed: 0, faults: 0, routes: 0 }
  let session: Session = initialSession
  for (let index = 0; index < count; index++) {
    const octets = mutate(corpus[next(corpus.length)]!, corpus[next(corpus.length)]!, next)
    try {
      const got = decodeMessage(octets, maxMessageOctets)
      if (got.type === 'malformed') result.malformed++
      if (got.type === 'update') playUpdate(octets, receivers[next(receivers.length)]!, result)
      ;[session] = step(session, { type: 'start' }, config, 0.5)
      ;[session] = step(session, { type: 'connected', way: next(2) === 0 ? 'dialled' : 'accepted' }, config, 0.5)
      ;[session] = step(
        session,
        { type: 'message', way: next(2) === 0 ? 'dialled' : 'accepted', message: got },
        config,
        0.5,
      )
      if (session.state === 'idle') session = initialSession
      if (next(500) === 0) forgetRoutes(receivers)
    } catch (error) {
      const text = Buffer.from(octets).toString('hex')
      throw new assert.AssertionError({ message: `seed ${seed}, message ${index} ${text}: ${String(error)}` })
    }
  }
  forgetRoutes(receivers)
  assert.equal(table.size, 0, `seed ${seed}: attributes of no route are kept`)
  return result
}

function forgetRoutes(receivers: readonly Receiver[]): void {
  for (const { ribs, others } of receivers) for (const rib of [...ribs.values(), ...others.values()]) rib.clear()
}

type Tally = { -readonly [Name in keyof FuzzResult]: number }

function playUpdate(octets: Uint8Array, { context, ribs, intake }: Receiver, result: Tally): void {
  const slow = decodeUpdate(octets, context)
  const layout = emptyLayout()
  if (readLayout(octets, layout) === undefined) {
    assertAgreement(octets, layout.attributesFrom, layout.attributesTo, own, context)
  }
  const got = intake.receive(octets)
  for (const rib of ribs.values()) assert.ok(rib.size <= 500, 'more prefixes than the limit')
  if (slow.treatment === 'session-reset') {
    const { notification } = slow.faults.find(({ treatment }) => treatment === 'session-reset')!
    assert.ok(notification.code === 3 && notification.subcode >= 1 && notification.subcode <= 11)
  }
  if (got.type === 'faults') {
    assert.equal(got.treatment, slow.treatment)
    result.faults++
  }
  const isSerious = ['session-reset', 'afi-safi-disable', 'treat-as-withdraw'].includes(slow.treatment)
  if (isSerious && got.type !== 'limit') assert.equal(got.type, 'faults', `the quick way took ${slow.treatment}`)
  const { mpReach, linkState } = slow.attributes
  if (mpReach !== undefined) decodeLinkStateNlri(mpReach.nlri)
  if (linkState !== undefined) decodeLinkStateTlvs(linkState)
  if (slow.treatment !== 'accept') return
  result.routes += slow.announced.length
  assert.ok(encodeUpdate(slow, context).length <= octets.length + 300)
}

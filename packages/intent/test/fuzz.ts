/** Sets of intents as a thief of the owner's key could write them: mutated, signed, and read. */
import { canonicalOctets, type IdentityCrypto, type JsonValue } from '@vagus/identity'
import { acceptIntents, assess, conflictsOf, medRefusal, noLoads, ordersOf, verifyIntents } from '../src/index.ts'
import { nodeCrypto, now, signedSet, intent } from './sets.ts'

/** Every signature fits: what comes after the signature is what is tried here. */
const credulous: IdentityCrypto = { ...nodeCrypto, verifyEd25519: () => true }

const seed = signedSet({
  intents: [
    intent('launch', { type: 'freeze' }, { scope: { borders: ['transit'] }, because: 'release', when: { from: now } }),
    intent(
      'nights',
      { type: 'bounds', steering: { prefixes: ['10.0.0.0/8'], movesPerHour: 2 }, commits: { patterns: ['ntp *'] } },
      { when: { weekly: [{ days: [1, 7], from: 1320, to: 360 }] } },
    ),
    intent('busy', { type: 'keep-below', percent: 80, forMs: 60_000 }),
    intent('voice', { type: 'pin', prefix: '10.1.0.0/16', enters: 'only', over: ['a'] }, { priority: 3 }),
    intent('cell', { type: 'connect', between: ['lyon', 'paris'], bitsPerSecond: 1e6 }),
  ],
})
const [header = '', payload = '', signature = ''] = seed.jws.split('.')
const value = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly [name: string]: JsonValue }
const strange: readonly JsonValue[] = [
  null,
  true,
  -1,
  0,
  0.5,
  2 ** 53,
  '',
  ' ',
  '\u202e',
  'a'.repeat(300),
  '__proto__',
  'never',
  '::/0',
  [],
  [[]],
  {},
  { type: 'freeze' },
  { __proto__: null, constructor: 1 },
  [1, 1],
  ['a', 'a'],
]

/** A generator of numbers below `most` (mulberry32). */
function drawn(start: number): (most: number) => number {
  let state = start
  return (most) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most
  }
}

/** The value with one part of it replaced, removed, doubled, or renamed. */
function mutate(from: JsonValue, draw: (most: number) => number): JsonValue {
  if (from === null || typeof from !== 'object' || draw(12) === 0) return strange[draw(strange.length)]!
  return Array.isArray(from)
    ? mutateList(from as readonly JsonValue[], draw)
    : mutateObject(from as { readonly [name: string]: JsonValue }, draw)
}

function mutateList(list: readonly JsonValue[], draw: (most: number) => number): JsonValue {
  const at = draw(list.length + 1)
  const one = list[at]
  if (one === undefined || draw(4) === 0) return [...list, list[draw(list.length || 1)] ?? null]
  return draw(5) === 0 ? list.toSpliced(at, 1) : list.with(at, mutate(one, draw))
}

function mutateObject(object: { readonly [name: string]: JsonValue }, draw: (most: number) => number): JsonValue {
  const entries = Object.entries(object)
  const at = draw(entries.length || 1)
  const [name, one] = entries[at] ?? []
  if (name === undefined || one === undefined) return { name: null }
  const how = draw(8)
  if (how === 0) return Object.fromEntries(entries.toSpliced(at, 1))
  if (how === 1) return Object.fromEntries(entries.with(at, [['__proto__', 'a', 'others'][draw(3)]!, one]))
  return Object.fromEntries(entries.with(at, [name, mutate(one, draw)]))
}

const partOf = (of: JsonValue, part: string): JsonValue => (of as typeof value)[part]!

/** Reads `count` mutated sets and asks all questions of those that are believed; says how many were. */
export function fuzz(
  count: number,
  start: number,
): { readonly believed: number; readonly refused: Readonly<Record<string, number>> } {
  const draw = drawn(start)
  const refused: Record<string, number> = {}
  let believed = 0
  for (let times = 0; times < count; times++) {
    let jws: string
    if (draw(8) === 0) {
      const octets = Buffer.from(payload, 'base64url')
      octets[draw(octets.length)] = draw(256)
      jws = [header, octets.toString('base64url'), signature].join('.')
    } else {
      let next: JsonValue = value
      const part = (['intents', 'intents', 'intents', 'places', undefined] as const)[draw(5)]
      for (let changes = draw(3); changes >= 0; changes--)
        next =
          part === undefined
            ? mutate(next, draw)
            : { ...(next as typeof value), [part]: mutate(partOf(next, part), draw) }
      jws = [header, Buffer.from(canonicalOctets(next)).toString('base64url'), signature].join('.')
    }
    const answer = verifyIntents(jws, now, credulous)
    if (answer.type === 'refused') {
      refused[answer.because.code] = (refused[answer.because.code] ?? 0) + 1
      continue
    }
    believed++
    const { set } = answer
    acceptIntents(seed, set)
    conflictsOf(set, now)
    const orders = ordersOf(set, { name: 'pe-1', roles: undefined }, now)
    assess(set, { orders, loads: noLoads, leases: [] }, now)
    const asked = { prefix: '10.1.0.0/16', interface: 'eth1', leaseMs: 1, movesLastHour: 0 }
    for (const purpose of ['set', 'enter'] as const) medRefusal(orders, { ...asked, purpose })
  }
  return { believed, refused }
}

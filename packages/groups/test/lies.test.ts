/** Members that do what they may not, disks that are old or lost, and limits. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AgentId } from '@vagus/identity'
import { signerOf } from '@vagus/transport'
import { decodeEntry, encodeEntry, encodeStub, logOf, sealEntry, stubOf } from '../src/entry.ts'
import { type Delivered, decodeFrame, encodeFrame, type Frame, freshOctets, type Missed } from '../src/index.ts'
import { step } from '../src/ratchet.ts'
import { SenderLog } from '../src/sender-log.ts'
import { begin, rosterOf } from './chaos.ts'
import { OwnLog } from '../src/own-log.ts'
import { MemoryStore } from './memory-store.ts'
import { chance, crypto, everything, type Member, type Simulation } from './simulation.ts'

const isGap = (each: Delivered | Missed): each is Missed => each.kind === 'gap'
const gapsOf = ({ store }: Member): Missed[] => store.delivered.filter(isGap)

/** Sends what no engine would send. */
function say(simulation: Simulation, from: Member, to: Member, frame: Frame): void {
  const read = decodeFrame(encodeFrame({ group: 'operator', frame }))
  const { reports } = to.engine!.receive(from.id, read.frame, simulation.now)
  simulation.reports.push(...reports)
}

/** Three, of which the first has sent to the others, and the entries that they hold. */
function scene(): { simulation: Simulation; a: Member; b: Member; c: Member; entries: readonly Uint8Array[] } {
  const simulation = begin(3)
  const [a, b, c] = simulation.members as readonly [Member, Member, Member]
  simulation.publish(a, 'one')
  simulation.run(1000)
  const { log } = b.store.delivered[0]!
  return { simulation, a, b, c, entries: b.store.entries(log, 0, 9, 1e6).map(({ octets }) => octets) }
}

describe('a member that lies', () => {
  test('makes no message of another: neither a later one, nor a changed one, nor a gap', () => {
    const { simulation, b, c, entries } = scene()
    const entry = decodeEntry(entries[0]!)
    const later = { ...entry, seq: 2, text: entry.text.map((octet) => octet ^ 1) }
    say(simulation, b, c, { type: 'entry', octets: encodeEntry(later) })
    say(simulation, b, c, { type: 'stub', octets: encodeStub({ ...stubOf(entry, crypto), seq: 1000 }) })
    assert.equal(c.store.delivered.length, 1)
    assert.match(simulation.reports.join(), /passed on a message that its sender did not make/)
    simulation.publish(simulation.members[0]!, 'two')
    simulation.run(1000)
    assert.deepEqual(simulation.textsOf(c), ['one', 'two'])
  })

  test('tells no key of the log of another', () => {
    const { simulation, b, c, entries } = scene()
    const { log } = decodeEntry(entries[0]!)
    const link = new Uint8Array(32)
    const key = { log, number: 2, from: 2, link, verify: link, since: 2, lostFrom: 0, lostTo: 0 }
    say(simulation, b, c, { type: 'key', ...key })
    assert.match(simulation.reports.join(), /a key of a log that is not its own/)
  })

  test('takes no name of a log before its sender can tell it', () => {
    const { simulation, a, b, c, entries } = scene()
    simulation.kill(c)
    c.store = new MemoryStore() // it knows of no log, and hears the liar first
    simulation.reaches = (one, other) => ![one, other].includes(a.id)
    simulation.cut(a, b)
    simulation.start(c)
    const { log } = decodeEntry(entries[0]!)
    const link = new Uint8Array(32)
    say(simulation, b, c, {
      type: 'key',
      log,
      number: 1,
      from: 1,
      link,
      verify: link,
      since: 1,
      lostFrom: 0,
      lostTo: 0,
    })
    assert.match(simulation.reports.join(), /a key of a log that is not its own/)
    simulation.reaches = () => true
    simulation.run(2000)
    simulation.publish(a, 'two')
    simulation.run(2000)
    assert.deepEqual(simulation.textsOf(c), ['two'])
  })

  test('makes nobody miss what others have by saying that it is gone', () => {
    const { simulation, a, b, c } = scene()
    const { log } = b.store.delivered[0]!
    simulation.cut(a, c)
    simulation.cut(b, c)
    simulation.reaches = (one, other) => ![one, other].includes(c.id)
    for (const text of ['two', 'three']) simulation.publish(a, text)
    simulation.run(2000)
    const [, , third] = b.store.entries(log, 0, 9, 1e6)
    const stub = { type: 'stub', octets: encodeStub(stubOf(decodeEntry(third!.octets), crypto)) } as const
    say(simulation, b, c, stub)
    simulation.reaches = () => true
    simulation.run(3000)
    assert.deepEqual(simulation.textsOf(c), ['one', 'two', 'three'])
    assert.deepEqual(gapsOf(c), [])
  })

  test('seals no time that no clock shows, which programs could not read', () => {
    const { simulation, b, c } = scene()
    const signer = signerOf(new Uint8Array(32).fill(9))
    const [log, link] = [logOf(b.id, signer.publicKey, crypto), new Uint8Array(32)]
    const head = { group: 'operator', sender: b.id, log, seq: 1, key: 1, time: 8_640_000_000_000_001 }
    const { key } = step({ at: 1, octets: link }, crypto)
    const entry = sealEntry(head, { type: '', octets: link }, key, signer, crypto)
    const told = { log, number: 1, from: 1, link, verify: signer.publicKey, since: 1, lostFrom: 0, lostTo: 0 }
    say(simulation, b, c, { type: 'key', ...told })
    say(simulation, b, c, { type: 'entry', octets: encodeEntry(entry) })
    assert.match(simulation.reports.join(), /the time must be 0\.\.8640000000000000/)
    assert.deepEqual(simulation.textsOf(c), ['one'])
  })

  test('makes nobody send the same twice for one question', () => {
    const { log } = decodeEntry(scene().entries[0]!)
    const row = { log, seq: 0, state: 'again' } as const
    const frame: Frame = { type: 'have', extent: 'changes', rows: [row, row] }
    assert.throws(() => decodeFrame(encodeFrame({ group: 'operator', frame })), /must tell of each log once/)
  })

  test('makes nobody ask neighbours for the same again and again by telling a key again', () => {
    const { simulation, a, b } = scene()
    const { log } = b.store.delivered[0]!
    const signer = signerOf(new Uint8Array(32).fill(9))
    const own = logOf(a.id, signer.publicKey, crypto)
    const told = { number: 1, from: 1, link: new Uint8Array(32), since: 1, lostFrom: 0, lostTo: 0 }
    const frame: Frame = { type: 'key', ...told, log: own, verify: signer.publicKey }
    const askedBy = (): number =>
      b
        .engine!.receive(a.id, frame, simulation.now)
        .sends.filter((sent) => sent.frame.type === 'have' && sent.frame.rows.some(({ state }) => state === 'again'))
        .length
    assert.notEqual(log, '')
    assert.deepEqual([askedBy(), askedBy(), askedBy()], [1, 0, 0])
  })

  test('costs one walk along the chain, and none longer than a key holds, with what it signed and nothing opens', () => {
    const signer = signerOf(new Uint8Array(32).fill(9))
    const [a] = begin(2).members
    const own = logOf(a!.id, signer.publicKey, crypto)
    let steps = 0
    const counting = { ...crypto, hkdf: (...of: Parameters<typeof crypto.hkdf>) => (steps++, crypto.hkdf(...of)) }
    const take = (seq: number): (() => unknown) => {
      const log = SenderLog.begin(a!.id, signer.publicKey, counting)
      const link = new Uint8Array(32)
      log.takeKey({ log: own, number: 1, from: 1, link, verify: signer.publicKey, since: 1, lostFrom: 0, lostTo: 0 })
      log.lose(seq - 1)
      const head = { group: 'operator', sender: a!.id, log: own, seq, key: 1, time: 1 }
      const entry = sealEntry(head, { type: '', octets: link }, link, signer, crypto)
      return () => log.take(entry)
    }
    const near = take(500)
    assert.deepEqual([near(), near(), near()], ['forged', 'forged', 'forged'])
    assert.ok(steps < 510, `${steps} steps`)
    steps = 0
    assert.deepEqual([take(65_538)(), steps], ['forged', 0])
  })

  test('cannot open what was sent after it was put out, whoever passes it on', () => {
    const { simulation, a, b, c } = scene()
    simulation.setRoster(rosterOf([a.id, b.id]))
    simulation.run(1)
    simulation.publish(a, 'two')
    simulation.run(1000)
    assert.deepEqual(simulation.textsOf(b), ['one', 'two'])
    // It has changed its side-car, which goes by no roster.
    const { log } = b.store.delivered[0]!
    const [, second] = b.store.entries(log, 0, 9, 1e6)
    c.engine!.setRoster(rosterOf([a.id, b.id, c.id]), simulation.now)
    say(simulation, b, c, { type: 'entry', octets: second!.octets })
    assert.deepEqual(simulation.textsOf(c), ['one'])
    assert.equal(
      c.engine!.publish({ type: '', octets: new Uint8Array(1) }, simulation.now, new Uint8Array(freshOctets)).type,
      'published',
    )
    simulation.run(3000)
    assert.equal(b.store.delivered.length, 2, 'nobody hears it either')
  })

  test('is heard no more by those whose roster does not let it publish', () => {
    const { simulation, a, b, c } = scene()
    const roster = new Map([a, b, c].map(({ id }) => [id, id === a.id ? { reads: true, writes: false } : everything]))
    b.engine!.setRoster(roster, simulation.now) // and a's own side-car looks at none
    simulation.publish(a, 'two')
    simulation.run(1000)
    assert.deepEqual([simulation.textsOf(b), simulation.textsOf(c)], [['one'], ['one', 'two']])
    assert.match(simulation.reports.join(), /sent what the roster does not let it/)
  })

  test('makes nobody fail with changed octets', () => {
    const { simulation, b, c, entries } = scene()
    const random = chance(7)
    const good: Frame[] = [
      { type: 'entry', octets: entries[0]! },
      { type: 'stub', octets: encodeStub(stubOf(decodeEntry(entries[0]!), crypto)) },
      { type: 'have', extent: 'whole', rows: [{ log: decodeEntry(entries[0]!).log, seq: 1, state: 'again' }] },
      { type: 'keyed', log: decodeEntry(entries[0]!).log, number: 1 },
    ]
    let read = 0
    for (let round = 0; round < 4000; round++) {
      const octets = encodeFrame({ group: 'operator', frame: good[round % good.length]! }).slice()
      for (let flip = 0; flip < 3; flip++)
        octets[Math.floor(octets.length * random())]! ^= 1 << Math.floor(8 * random())
      let frame: Frame
      try {
        frame = decodeFrame(octets).frame
      } catch (error) {
        assert.equal((error as Error).name, 'DecodeError')
        continue
      }
      read++
      c.engine!.receive(b.id, frame, simulation.now)
    }
    assert.ok(read > 500, `only ${read} of the frames could be read`)
    simulation.publish(simulation.members[0]!, 'two')
    simulation.run(2000)
    assert.deepEqual(simulation.textsOf(c), ['one', 'two'])
  })
})

describe('a member', () => {
  test('that joins later opens nothing from before, and everything after', () => {
    const { simulation, a, b, c } = scene()
    simulation.setRoster(rosterOf([a.id, b.id]))
    simulation.run(1)
    simulation.publish(a, 'two')
    simulation.run(500)
    simulation.setRoster(rosterOf([a.id, b.id, c.id]))
    simulation.run(1)
    simulation.publish(a, 'three')
    simulation.run(2000)
    assert.deepEqual(simulation.textsOf(c), ['one', 'three'])
    assert.deepEqual(gapsOf(c), [])
  })

  test('that was away gets everything from whoever is there, also when its sender is gone', () => {
    const { simulation, a, b, c } = scene()
    simulation.kill(c)
    for (let count = 2; count <= 400; count++) simulation.publish(a, String(count))
    simulation.run(2000)
    simulation.kill(a)
    simulation.start(c)
    simulation.run(5000)
    assert.equal(simulation.textsOf(c).length, 400)
    assert.equal(new Set(simulation.textsOf(c)).size, 400)
    assert.equal(b.store.delivered.length, 400)
  })

  test('that was away for longer than is kept is told what is missing, never silently', () => {
    const { simulation, a, b, c } = scene()
    for (const each of [a, b]) {
      simulation.kill(each)
      simulation.keeps = 2000
      simulation.start(each)
    }
    simulation.kill(c)
    for (let count = 2; count <= 50; count++) simulation.publish(a, String(count))
    simulation.run(1000)
    assert.ok(a.store.octets <= 2000 && b.store.octets <= 2000)
    simulation.start(c)
    simulation.run(3000)
    const [gap] = gapsOf(c)
    assert.ok(gap !== undefined && gap.from === a.id && gap.first === 2)
    assert.deepEqual(simulation.textsOf(c), [
      'one',
      ...Array.from({ length: 50 - gap.last }, (_, at) => String(gap.last + 1 + at)),
    ])
  })

  test('with an old copy of its disk begins another log, so that nobody takes its messages for known ones', () => {
    const { simulation, a, b } = scene()
    const old = a.store.copy()
    simulation.publish(a, 'two')
    simulation.run(1000)
    simulation.kill(a)
    a.store = old
    simulation.start(a)
    simulation.run(3000)
    simulation.publish(a, 'three')
    simulation.run(2000)
    assert.deepEqual(simulation.textsOf(b), ['one', 'two', 'three'])
  })

  test('that floods a group pushes out nothing of others', () => {
    const { simulation, a, b, c } = scene()
    for (const each of [a, b]) {
      simulation.kill(each)
      simulation.keeps = 4000
      simulation.start(each)
    }
    simulation.kill(c)
    simulation.run(1000)
    simulation.publish(a, 'two')
    for (let count = 0; count < 100; count++) simulation.publish(b, `flood ${count}`)
    simulation.run(1000)
    simulation.start(c)
    simulation.run(3000)
    assert.deepEqual(
      simulation.textsOf(c).filter((text) => !text.startsWith('flood')),
      ['one', 'two'],
    )
  })

  test('that was away for longer than is kept is told what is missing, also where the sender is gone', () => {
    const { simulation, a, b, c } = scene()
    simulation.kill(b)
    simulation.keeps = 2000
    simulation.start(b)
    simulation.kill(c)
    for (let count = 2; count <= 50; count++) simulation.publish(a, String(count))
    simulation.run(1000)
    simulation.kill(a)
    simulation.start(c)
    simulation.run(9000)
    assert.deepEqual(simulation.textsOf(c), ['one'], 'others might have it yet')
    simulation.run(4000)
    const [gap] = gapsOf(c)
    assert.ok(gap !== undefined && gap.from === a.id && gap.first === 2)
    assert.equal(simulation.textsOf(c).length, 1 + 50 - gap.last)
  })

  test('whose clock is set back tells and repairs as before', () => {
    const { simulation, a, b } = scene()
    simulation.publish(a, 'two')
    simulation.run(30)
    const { wakeAt } = b.engine!.tick(simulation.now)
    assert.ok(wakeAt > simulation.now, 'there is something to tell')
    const told = b.engine!.tick(simulation.now - 3_600_000)
    assert.equal(told.sends.filter(({ frame }) => frame.type === 'have').length, 2)
    assert.ok(told.wakeAt <= simulation.now - 3_600_000 + 60_000)
  })

  test('that never said to have a key makes its sender take another when it is put out, however many were before', () => {
    const own = new OwnLog('operator', 'did:key:z6MkOwn', [], crypto)
    const content = { type: '', octets: new Uint8Array(1) }
    const fresh = Uint8Array.from({ length: freshOctets }, (_, at) => at)
    const seal = (readers: readonly string[]): number => {
      own.setReaders(new Set(readers as AgentId[]))
      return own.seal(content, new Set(readers as AgentId[]), 1, fresh).entry.key
    }
    const silent = 'did:key:z6MkSilent'
    const others = Array.from({ length: 600 }, (_, at) => `did:key:z6Mk${at}`)
    const first = seal([silent, ...others.slice(0, 200)])
    for (const id of others) own.keyed(id, own.log!, first)
    let key = first
    for (let at = 0; at < 600; at += 200) {
      key = seal([silent, ...others.slice(at, at + 200)])
      for (const id of others) own.keyed(id, own.log!, key)
    }
    const before = seal([silent])
    assert.equal(seal([silent]), before, 'nobody went')
    assert.ok(seal([]) > before)
  })

  test('with an old copy of its disk that seals another message with the same key takes another nonce', () => {
    const { a, entries } = scene()
    const signer = signerOf(new Uint8Array(32).fill(9))
    const [head, key] = [decodeEntry(entries[0]!), new Uint8Array(32)]
    const textOf = (content: string): Uint8Array => {
      const octets = new TextEncoder().encode(content)
      return sealEntry(head, { type: '', octets }, key, signer, crypto).text
    }
    const [one, other] = [textOf('attack at dawn'), textOf('attack at dusk')]
    assert.equal(head.sender, a.id)
    assert.notDeepEqual(one.subarray(0, 12), other.subarray(0, 12))
    assert.notDeepEqual(one.subarray(12, 24), other.subarray(12, 24), 'of what is the same in both')
  })

  test('that lost its disk gets what is sent from then on', () => {
    const { simulation, a, c } = scene()
    simulation.kill(c)
    c.store = new (Object.getPrototypeOf(c.store) as { constructor: new () => typeof c.store }).constructor()
    simulation.start(c)
    simulation.run(1000)
    simulation.publish(a, 'two')
    simulation.run(3000)
    simulation.publish(a, 'three')
    simulation.run(2000)
    assert.deepEqual(simulation.textsOf(c).slice(-1), ['three'])
  })

  test('of a role with 257 members is refused with the number', () => {
    const simulation = begin(2)
    const many = Array.from({ length: 255 }, (_, at) => `did:key:z6Mk${at}` as const)
    simulation.members[0]!.engine!.setRoster(
      rosterOf([...simulation.members.map(({ id }) => id), ...many]),
      simulation.now,
    )
    assert.match(simulation.publish(simulation.members[0]!, 'x'), /has 257 members; at most 256 are served/)
  })

  test('that only sends reaches a group that it is no member of', () => {
    for (const count of [4, 14]) {
      const simulation = begin(count)
      const [boss, ...readers] = simulation.members as readonly [Member, ...Member[]]
      const rights = simulation.members.map(
        (each) => [each.id, { reads: each !== boss, writes: each === boss }] as const,
      )
      simulation.setRoster(new Map(rights))
      simulation.run(1)
      for (const text of ['one', 'two']) {
        assert.equal(simulation.publish(boss, text), 'published')
        simulation.run(3000)
      }
      for (const reader of readers) assert.deepEqual(simulation.textsOf(reader), ['one', 'two'])
      for (let more = 0; more < (count === 4 ? 300 : 0); more++) simulation.publish(boss, String(more))
      simulation.run(15_000)
      for (const reader of readers)
        assert.equal(simulation.textsOf(reader).length, count === 4 ? 302 : 2, 'more than may be under way')
      assert.match(simulation.publish(readers[0]!, 'three'), /does not let this agent publish/)
      assert.deepEqual(simulation.textsOf(boss), [])
    }
  })
})

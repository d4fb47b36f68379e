/** The parts of the bench `observer`: what it concludes is worth what its records, features and guesses are. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import fc from 'fast-check'
import { covered } from '../bench/observer/cover.ts'
import { Draws } from '../bench/observer/draws.ts'
import { cumulative, described, octetsOf, withoutLengths } from '../bench/observer/features.ts'
import { Forest, type Sample } from '../bench/observer/forest.ts'
import { bestOf, guessesOf } from '../bench/observer/guessing.ts'
import { bestPairs, linked } from '../bench/observer/linking.ts'
import { companions } from '../bench/observer/moves.ts'
import { Neighbours } from '../bench/observer/neighbours.ts'
import { accuracyOf, wilson } from '../bench/observer/score.ts'
import { tasksUnder } from '../bench/observer/sessions.ts'
import { framed, taskNames, taskOf } from '../bench/observer/tasks.ts'
import { recordsOf } from '../bench/observer/tls-wire.ts'
import type { Seen, Trace } from '../bench/observer/trace.ts'
import { certificatesPem, newAuthority, newPrivateKey, privateKeyPem } from '../packages/pki/src/index.ts'

const traces = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 5000 }),
      way: fc.constantFrom<Seen['way'][]>('out', 'in'),
      octets: fc.integer({ min: 30, max: 1200 }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((list): Trace => {
    let at = 1_000_000
    return list.map(({ gap, way, octets }) => ({ at: (at += gap), way, octets, flow: 0 }))
  })

describe('features', () => {
  test('are as many for every trace, and finite', () => {
    const [some] = fc.sample(traces, 1)
    fc.assert(
      fc.property(traces, (trace) => {
        for (const describe of [cumulative, described]) {
          const features = describe(trace)
          assert.equal(features.length, describe(some!).length)
          assert.ok(features.every(Number.isFinite), features.join(' '))
        }
      }),
    )
  })

  test('do not depend on when a trace begins', () => {
    fc.assert(
      fc.property(traces, fc.integer({ min: 1, max: 1e9 }), (trace, later) => {
        const moved = trace.map((seen) => ({ ...seen, at: seen.at + later }))
        assert.deepEqual(described(moved), described(trace))
      }),
    )
  })

  test('do not depend on lengths where these are unseen', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const longer = trace.map((seen) => ({ ...seen, octets: 2 * seen.octets }))
        assert.deepEqual(described(withoutLengths(longer)), described(withoutLengths(trace)))
        assert.notDeepEqual(described(longer), described(trace))
      }),
    )
  })

  test('a curve of octets ends at what went out less what came in', () => {
    const trace = [100, 200, 300].map((octets, at): Seen => ({ at, way: at === 1 ? 'in' : 'out', octets, flow: 0 }))
    assert.equal(cumulative(trace).at(-1), Math.log1p(200))
  })
})

/** Two classes that differ in one of many features; a share of labels is wrong. */
function samplesOf(seed: number, wrong: number): readonly Sample[] {
  const draws = new Draws(seed)
  return Array.from({ length: 160 }, (_, at) => {
    const label = at % 2
    const features = Array.from({ length: 12 }, (_, which) => draws.random() + (which === 7 ? label * 0.8 : 0))
    return { features, label: draws.random() < wrong ? 1 - label : label }
  })
}

describe('guesses', () => {
  const scoreOf = (model: Forest | Neighbours): number =>
    accuracyOf(
      samplesOf(2, 0).map(({ features, label }) => ({ label, guessed: model.guess(features) })),
      2,
    ).accuracy

  test('find what tells two classes apart, and nothing where labels are drawn', () => {
    const forest = (wrong: number): Forest =>
      new Forest(samplesOf(1, wrong), { classes: 2, random: new Draws(1).random, trees: 40 })
    assert.ok(scoreOf(forest(0)) > 0.8, `${scoreOf(forest(0))}`)
    assert.ok(Math.abs(scoreOf(forest(0.5)) - 0.5) < 0.15, `${scoreOf(forest(0.5))}`)
    const neighbours = new Neighbours(samplesOf(1, 0))
    assert.ok(scoreOf(neighbours) > 0.65, `${scoreOf(neighbours)}`)
  })

  test('are the same for the same seed, and shares of classes add up to one', () => {
    const forests = [3, 3].map(
      (seed) => new Forest(samplesOf(1, 0.2), { classes: 2, random: new Draws(seed).random, trees: 20 }),
    )
    for (const { features } of samplesOf(4, 0).slice(0, 20)) {
      const [one, other] = forests.map((forest) => forest.shares(features))
      assert.deepEqual(one, other)
      assert.ok(Math.abs(one!.reduce((sum, share) => sum + share, 0) - 1) < 1e-9)
    }
  })

  test('need something to learn from', () => {
    assert.throws(() => new Forest([], { classes: 2, random: new Draws(1).random }), RangeError)
    assert.throws(() => new Neighbours([]), RangeError)
  })

  test('are scored by class, with an interval that holds the share', () => {
    const guesses = [0, 0, 0, 1].map((label, at) => ({ label, guessed: at === 2 ? 1 : label }))
    const { accuracy, f1, recall } = accuracyOf(guesses, 2)
    assert.equal(accuracy, 0.75)
    assert.deepEqual(recall, [2 / 3, 1])
    assert.ok(Math.abs(f1 - (0.8 + 2 / 3) / 2) < 1e-9)
    // Of 81 of 263: an example of Newcombe (1998), table I.
    const { from, to } = wilson(81, 263)
    assert.deepEqual([from.toFixed(4), to.toFixed(4)], ['0.2553', '0.3662'])
  })
})

test('who fits whom is decided by the likeliest pair first, and each is chosen once', () => {
  assert.deepEqual(
    bestPairs([
      [0.5, 0.9],
      [0.1, 0.8],
    ]),
    [1, 0],
  )
})

describe('what is observed', () => {
  test('tasks are the same for a seed, and have octets to send', () => {
    for (const name of taskNames) {
      const task = taskOf(name, new Draws(5))
      assert.deepEqual(task, taskOf(name, new Draws(5)))
      const messages = framed(task).flatMap((call) => call.messages)
      assert.ok(
        messages.every(({ octets, pause }) => Number.isInteger(octets) && octets > 0 && pause >= 0),
        name,
      )
    }
  })

  test('all tasks end, under whatever protection, and take as many octets as their messages at least', () => {
    for (const protection of ['tls', 'none', 'padme', 'classes'] as const) {
      const observed = tasksUnder(protection, 1)
      assert.deepEqual(tasksUnder(protection, 1), observed)
      for (const { trace, label, took } of observed) {
        const draws = new Draws(1000 * label + 1)
        draws.random() // of the link
        const messages = framed(taskOf(taskNames[label]!, draws)).flatMap((call) => call.messages)
        const least = messages.reduce((sum, { octets }) => sum + octets, 0)
        assert.ok(octetsOf(trace) > least && took > 0, `${protection}, ${taskNames[label]}`)
        if (protection === 'classes') assert.ok(trace.every(({ octets }) => [96, 600, 1200].includes(octets)))
      }
    }
  })

  test('an observer is better than chance at tasks', () => {
    const { accuracy } = bestOf(guessesOf(tasksUnder('none', 4), taskNames.length))
    assert.ok(accuracy > 0.5, `${accuracy}`)
  })

  test('no connection id appears on two networks, and of a planned move both are seen at once', () => {
    for (const move of ['sudden', 'planned'] as const) {
      const groups = [1, 2].map((seed) => companions(seed, { move, padding: 'none', together: 3 }))
      for (const { before, after, sameIds } of groups.flat()) {
        assert.equal(sameIds, 0)
        assert.ok(before.length > 0 && after.length > 0)
        if (move === 'planned') assert.ok(after[0]!.at < before.at(-1)!.at)
      }
      const { right, of } = linked(groups, 'all')
      assert.ok(right >= 0 && of === 3)
    }
  })
})

test('at a constant rate each way has whole blocks of long packets, which carry what there is to say', () => {
  fc.assert(
    fc.property(traces, (trace) => {
      const { trace: sent, later } = covered(trace, { every: 100, block: 10 })
      for (const way of ['out', 'in'] as const) {
        const [before, after] = [trace, sent].map((some) => some.filter((seen) => seen.way === way))
        assert.ok(after!.length % 10 === 0 && after!.length > 0 === before!.length > 0)
        assert.ok(after!.length * 1171 >= before!.reduce((sum, { octets }) => sum + octets - 29, 0))
        assert.ok(after!.every(({ octets, at }) => octets === 1200 && (at - trace[0]!.at) % 100 === 0))
      }
      assert.ok(later >= 0)
    }),
  )
})

/** Lengths of the records that node:tls sends for one write of `octets`. */
async function recordsOfNode(octets: number): Promise<readonly number[]> {
  const now = Date.now()
  const issuer = newAuthority({ commonName: 'records' }, newPrivateKey('p256'), { now, life: 60_000 })
  const secureContext = createSecureContext({
    key: privateKeyPem(issuer.key),
    cert: certificatesPem([issuer.certificate]),
    minVersion: 'TLSv1.3',
  })
  const [near, far] = duplexPair()
  const wire: Buffer[] = []
  const server = new TLSSocket(far, { isServer: true, secureContext })
  const client = connect({ socket: near, rejectUnauthorized: false, minVersion: 'TLSv1.3' })
  await once(client, 'secureConnect')
  server.write('the tickets go before this')
  await once(client, 'data')
  far.on('data', (data: Buffer) => wire.push(data))
  await new Promise<void>((resolve) => {
    let received = 0
    server.on('data', (data: Buffer) => {
      received += data.length
      if (received === octets) resolve()
    })
    client.write(new Uint8Array(octets))
  })
  client.destroy()
  server.destroy()
  const sent = Buffer.concat(wire)
  const lengths: number[] = []
  for (let at = 0; at < sent.length; at += lengths.at(-1)!) lengths.push(5 + sent.readUInt16BE(at + 3))
  return lengths
}

test('records of TLS are as long as those of node:tls', async () => {
  for (const octets of [1, 1000, 16_384, 16_385, 40_000])
    assert.deepEqual(recordsOf(octets), await recordsOfNode(octets), `${octets} octets`)
})

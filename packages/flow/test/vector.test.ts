/** Vector decoders compared with JavaScript decoders, for random templates. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { vectorSource } from '../src/decode/vector-source.ts'
import { layoutOf } from '../src/layout.ts'
import { exporterAt, type Field, ipfix, netflow5, netflow5Record, netflow9, set, template } from './datagrams.ts'
import { collectRows, type Row } from './rows.ts'

const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true })

interface Way {
  /** The rows of the datagrams. */
  readonly rowsOf: (datagrams: readonly Uint8Array[], now: number) => readonly Row[]
}

/** Decodes from shared memory, by vector decoders where possible. */
function vectorWay(): Way {
  const { collector, rows } = collectRows({ decoders: 'vector' })
  const octets = new Uint8Array(memory.buffer)
  const view = new DataView(memory.buffer)
  return {
    rowsOf(datagrams, now) {
      for (const [index, datagram] of datagrams.entries()) {
        const at = 100 + index * 33
        const { length } = datagram
        octets.fill(0xee, 0, at + length + 100).set(datagram, at)
        collector.receiveRun({ octets, view, memory, at, end: at + length, each: length }, exporterAt(1), now)
      }
      return rows()
    },
  }
}

function scriptWay(): Way {
  const { collector, rows } = collectRows()
  return {
    rowsOf(datagrams, now) {
      for (const datagram of datagrams) collector.receive(datagram, exporterAt(1), now)
      return rows()
    },
  }
}

const lengthsOf: Readonly<Record<number, readonly number[]>> = {
  1: [1, 2, 3, 4, 5, 6, 7, 8],
  2: [1, 2, 3, 4, 5, 6, 7, 8],
  4: [1, 2],
  5: [1, 8],
  6: [1, 2],
  7: [1, 2, 4],
  11: [2],
  10: [1, 2, 3, 4, 8],
  14: [1, 2, 3, 4],
  16: [2, 4],
  17: [2, 4],
  60: [1],
  61: [1],
}
const times: readonly Field[] = [[152, 8], [153, 8], [152, 6], [22, 4], [21, 4], [22, 3]] // prettier-ignore
const other = fc.integer({ min: 0, max: 20 }).map((length): Field => [20_001 + length, length])
const known = fc.constantFrom(...Object.keys(lengthsOf).map(Number)).chain((element) => {
  return fc.constantFrom(...lengthsOf[element]!).map((length): Field => [element, length])
})
const addresses = fc.constantFrom<readonly Field[]>([[8, 4], [12, 4]], [[27, 16], [28, 16]], [[8, 4]], [[28, 16]]) // prettier-ignore
const layout = fc
  .tuple(
    addresses,
    fc.uniqueArray(fc.oneof(known, fc.constantFrom(...times), other), {
      maxLength: 20,
      selector: ([element]) => element,
    }),
    fc.nat(),
  )
  .map(([some, others, seed]) => {
    const fields = [...others]
    for (const [index, field] of some.entries()) fields.splice((seed >>> (index * 4)) % (fields.length + 1), 0, field)
    return fields
  })

/** Octets of `count` records: mostly random, sometimes a time near the export time, zeros, or mapped addresses. */
function recordsOf(fields: readonly Field[], count: number, seed: number): Uint8Array {
  let state = seed >>> 0
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
  const record = (): number[] =>
    fields.flatMap(([element, length]) => {
      const kind = next() % 4
      const any = Array.from({ length }, () => (kind === 0 ? 0 : next()))
      if (length === 16 && kind === 1) return [...Array<number>(10).fill(0), 0xff, 0xff, ...any.slice(12)]
      // Near 1,700,000,000,000 ms; the export time is 1,700,000,000 s.
      if ((element === 152 || element === 153) && kind > 1) {
        return [0, 0, 0x01, 0x8b, 0xcf, 0xe5, 0x68 - 8 + (next() % 16), next()].slice(8 - length)
      }
      return any
    })
  return new Uint8Array(Array.from({ length: count }, record).flat())
}

describe('a vector decoder', () => {
  test('gives the same as a JavaScript decoder, for any order, length and number of fields', () => {
    const [vector, script] = [vectorWay(), scriptWay()]
    let made = 0
    let now = 0
    fc.assert(
      fc.property(layout, fc.integer({ min: 1, max: 40 }), fc.nat(), fc.boolean(), (fields, count, seed, isIpfix) => {
        const specifiers = fields.map(([element, length]) => ({ element, length, enterprise: 0 }))
        if (vectorSource(layoutOf(specifiers))) made++
        const data = set(300, recordsOf(fields, count, seed))
        const datagrams = isIpfix
          ? [ipfix({}, set(2, template(300, fields))), ipfix({}, data)]
          : [netflow9({}, set(0, template(300, fields))), netflow9({}, data)]
        now += 1000
        assert.deepEqual(vector.rowsOf(datagrams, now), script.rowsOf(datagrams, now))
      }),
      { seed: 11, numRuns: 1000 },
    )
    assert.ok(made > 400, `${made} of 1000 layouts are plain`)
  })

  test('reads NetFlow v5, and stops at the end of the block', () => {
    const one = netflow5(
      { uptime: 100_000, nanoseconds: 789_000_000, sampling: 0x4000 | 100 },
      ...Array.from({ length: 30 }, () => netflow5Record),
    )
    const many = Array.from({ length: 150 }, () => one)
    assert.deepEqual(vectorWay().rowsOf(many, 1000), scriptWay().rowsOf(many, 1000))
  })

  test('leaves records at the end of the memory to JavaScript', () => {
    const { collector, rows } = collectRows({ decoders: 'vector' })
    const octets = new Uint8Array(memory.buffer)
    const view = new DataView(memory.buffer)
    const fields: readonly Field[] = [[8, 4], [12, 4], [1, 8], [7, 2]] // prettier-ignore
    collector.receive(ipfix({}, set(2, template(300, fields))), exporterAt(1), 0)
    for (const count of [1, 3, 4, 9]) {
      for (let left = 0; left < 100; left++) {
        const datagram = ipfix({}, set(300, recordsOf(fields, count, left)))
        const at = octets.length - left - datagram.length
        octets.set(datagram, at)
        collector.receiveRun(
          { octets, view, memory, at, end: at + datagram.length, each: datagram.length },
          exporterAt(1),
          0,
        )
      }
    }
    assert.equal(rows().length, 100 * (1 + 3 + 4 + 9))
  })

  test('is not compiled for variable-length fields, samplers, two kinds of time, or both or neither IP version', () => {
    const address: Field = [8, 4]
    const rest: readonly (readonly Field[])[] = [
      [address, [371, 65535]],
      [address, [302, 4]],
      [address, [27, 16]],
      [[1, 8]],
      [address, [22, 8]],
      [address, [153, 8], [22, 4]],
    ]
    for (const fields of rest) {
      const specifiers = fields.map(([element, length]) => ({ element, length, enterprise: 0 }))
      assert.equal(vectorSource(layoutOf(specifiers)), undefined)
    }
  })
})

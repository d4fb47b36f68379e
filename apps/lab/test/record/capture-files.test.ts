import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { readPackets } from '../../../../test/pcap.ts'
import { CaptureFiles, filesOfSeries } from '../../src/record/capture-files.ts'
import { interfaceBlock, sectionBlock } from '../../src/record/pcapng.ts'

const limit = 80_000
const head = [
  sectionBlock({ system: 'Linux', application: 'test' }),
  interfaceBlock({ name: 'e', description: '', speed: null }),
]

// One after the other: each has the folder for itself.
describe('the files of a capture', { concurrency: false }, () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vagus-captures-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const open = (name = 'pe-1'): CaptureFiles => new CaptureFiles({ folder, name, limit }, () => head)
  function add(files: CaptureFiles, from: number, count: number): void {
    for (let number = from; number < from + count; number++) {
      const octets = Buffer.alloc(400)
      octets.writeUInt32BE(number, 0)
      files.add({ interface: 0, at: BigInt(number), octets, length: 400, direction: 'in' })
    }
  }
  const sizeOf = (of: string): number => readdirSync(of).reduce((sum, name) => sum + statSync(join(of, name)).size, 0)
  const names = (): string[] => readdirSync(folder).sort()
  const numbersIn = (name: string): number[] =>
    readPackets(join(folder, name)).map(({ octets }) => Buffer.from(octets).readUInt32BE(0))

  test('are never more than the limit: the first stays, and the oldest behind it goes', () => {
    const files = open()
    add(files, 0, 1000)
    files.close()
    assert.equal(names().length, filesOfSeries)
    assert.ok(names().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) <= limit)
    const [first, ...rest] = names()
    assert.deepEqual(numbersIn(first!)[0], 0)
    const kept = rest.flatMap(numbersIn)
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, at) => 1000 - kept.length + at),
    )
    const { frames, octets, removed, problem } = files.counts
    assert.deepEqual([frames, problem], [1000, null])
    assert.equal(
      octets - removed,
      names().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0),
    )
  })

  test('can be read when whoever wrote them is gone, up to the last flush', () => {
    const files = open()
    add(files, 0, 10)
    files.flush()
    add(files, 10, 5)
    assert.deepEqual(numbersIn('pe-1-0001.pcapng').length, 10)
    const next = open() // started again, it goes on in a file of its own
    add(next, 15, 1)
    next.close()
    assert.deepEqual(names(), ['pe-1-0001.pcapng', 'pe-1-0002.pcapng'])
    assert.deepEqual(numbersIn('pe-1-0002.pcapng'), [15])
  })

  test('that were there count, and give way like others, whatever the name of the folder means to a shell', () => {
    const odd = join(folder, 'runs [1-3] *')
    mkdirSync(odd)
    const again = (): CaptureFiles => new CaptureFiles({ folder: odd, name: 'pe-1', limit }, () => head)
    const earlier = again()
    add(earlier, 0, 1000)
    earlier.close()
    const before = sizeOf(odd)
    const files = again()
    add(files, 1000, 1000)
    files.close()
    const { octets, removed, problem } = files.counts
    assert.equal(problem, null)
    assert.equal(before + octets - removed, sizeOf(odd))
    assert.equal(readdirSync(odd).length, filesOfSeries)
  })

  test('of another namespace, whose name begins alike, are left alone', () => {
    open('pe-1-2').close()
    open('pe-1').close()
    assert.deepEqual(names(), ['pe-1-0001.pcapng', 'pe-1-2-0001.pcapng'])
  })

  test('end, and say why, when they cannot be written; whoever captures goes on', () => {
    mkdirSync(join(folder, 'pe-1-0001.pcapng')) // in the way
    rmSync(join(folder, 'pe-1-0001.pcapng'), { recursive: true })
    const files = open()
    rmSync(folder, { recursive: true })
    add(files, 0, 1000)
    assert.match(files.counts.problem ?? '', /ENOENT/)
    files.close()
  })
})

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { ArchiveError, readArchive, type Source, writeArchive } from '../src/index.ts'
import { manifestText } from '../src/manifest.ts'
import { tarHeader } from '../src/tar-header.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-archive-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0
/** Of its own for each test: they run side by side. */
const newPath = (): string => join(folder, `${files++}.tar.zst`)
const isKnown = (): boolean => true
const about = { version: '1' }
const now = 1_700_000_000_000

const sourceOf = (name: string, text: string): Source => {
  const octets = Buffer.from(text)
  return { name, octets: octets.length, read: () => [octets] }
}

/** Reads all of it; what was taken, by name. */
async function contents(file: string, maxOctets = 1e6): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  await readArchive({
    path: file,
    isKnown,
    maxOctets,
    take: (name) => {
      const parts: Uint8Array[] = []
      const end = (): void => void (found[name] = Buffer.concat(parts).toString())
      return { write: (octets) => void parts.push(octets.slice()), end, giveUp: () => undefined }
    },
  })
  return found
}

/** An archive that was made by somebody else: these blocks, compressed. */
function forged(...parts: readonly (Uint8Array | string)[]): string {
  const file = newPath()
  writeFileSync(file, zstdCompressSync(Buffer.concat(parts.map((part) => Buffer.from(part as string)))))
  return file
}
const member = (name: string, text: string): Buffer =>
  Buffer.concat([
    tarHeader({ name, octets: text.length, at: 0 }),
    Buffer.from(text),
    new Uint8Array((512 - (text.length % 512)) % 512),
  ])
const end = new Uint8Array(1024)
const manifest = (members: Parameters<typeof manifestText>[0]['members']): Buffer =>
  member('manifest.json', manifestText({ about, members }))
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const refused = (file: string, message: RegExp, more: object = {}): Promise<void> =>
  assert.rejects(readArchive({ path: file, isKnown, maxOctets: 1e6, ...more }), { name: 'ArchiveError', message })

describe('an archive', () => {
  test('that two write to one path is never half of one: the first is told', async () => {
    const path = newPath()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: going, resolve: go } = Promise.withResolvers<void>()
    const slow = (text: string, wait: () => Promise<void>): Source => ({
      ...sourceOf('a', text),
      async *read() {
        await wait()
        yield Buffer.from(text)
      },
    })
    const drafted = async (): Promise<void> => {
      while (!existsSync(`${path}.unfinished`)) await setImmediate()
      begin()
      await going
    }
    const first = writeArchive({ path, about, sources: [slow('first', drafted)], now })
    const overtaken = async (): Promise<void> => {
      go()
      await assert.rejects(first, /another process writes/)
    }
    await begun
    const second = writeArchive({
      path,
      about,
      sources: [slow('second', overtaken)],
      now,
    })
    await second
    assert.deepEqual(await contents(path), { a: 'second' })
  })

  test('gives back every member, and what its maker said of it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.string({ maxLength: 2000 })),
        async (files) => {
          const path = newPath()
          await writeArchive({ path, about, sources: Object.entries(files).map(([n, t]) => sourceOf(n, t)), now })
          assert.deepEqual({ ...(await contents(path)) }, { ...files })
          const read = await readArchive({ path, isKnown, maxOctets: 1e6 })
          assert.deepEqual(read.about, about)
        },
      ),
      { numRuns: 20 },
    ))

  test('is for its owner alone, and tar lists it', async (t) => {
    const path = newPath()
    await writeArchive({ path, about, sources: [sourceOf('flows/a', 'text')], now })
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const plain = join(folder, 'plain.tar')
    writeFileSync(plain, zstdDecompressSync(readFileSync(path)))
    if (spawnSync('tar', ['--version']).error !== undefined) return t.skip('needs tar')
    assert.equal(execFileSync('tar', ['-tf', plain], { encoding: 'utf8' }), 'flows/a\nmanifest.json\n')
    assert.equal(execFileSync('tar', ['-xOf', plain, 'flows/a'], { encoding: 'utf8' }), 'text')
  })

  test('has no more of a file than was there when it was listed', async () => {
    const path = newPath()
    await writeArchive({ path, about, sources: [{ ...sourceOf('a', 'before and after'), octets: 6 }], now })
    assert.deepEqual(await contents(path), { a: 'before' })
  })

  test('of a file that became shorter is not made, and the one before stays', async () => {
    const path = newPath()
    await writeArchive({ path, about, sources: [sourceOf('a', 'old')], now })
    const shorter = { ...sourceOf('a', 'new'), octets: 9 }
    await assert.rejects(writeArchive({ path, about, sources: [shorter], now }), /^ArchiveError: a has 6 octets less/)
    assert.deepEqual(await contents(path), { a: 'old' })
  })
})

describe('a hostile archive is refused:', () => {
  const known = { isKnown: (name: string) => /^(?:a|b)$/.test(name) }
  for (const name of ['../../etc/passwd', 'a/../../b', '.', 'c'])
    test(`a member "${name}"`, () => refused(forged(member(name, 'x')), /is none that a backup has$/, known))

  test('a path from the root', async () => {
    const header = tarHeader({ name: 'xetc/passwd', octets: 0, at: 0 })
    header[0] = '/'.charCodeAt(0)
    await refused(forged(header), /^the header of member "\/etc\/passwd" is not as it was written$/)
  })

  test('a link', async () => {
    const header = tarHeader({ name: 'a', octets: 0, at: 0 })
    header[156] = '2'.charCodeAt(0)
    await refused(forged(header), /"a" is a symbolic link; a backup has nothing but plain files$/)
  })

  test('the same name twice', () => refused(forged(member('a', ''), member('a', '')), /"a" is there twice$/))

  test('a size beyond the room, before any of it is read', () =>
    refused(
      forged(tarHeader({ name: 'a', octets: 2 ** 50, at: 0 })),
      /"a" has 1125899906842624 octets, and there is room/,
    ))

  test('all members together beyond the room', () =>
    refused(forged(member('a', 'xx'), member('b', 'xx')), /"b" has 2 octets, and there is room for 1 more/, {
      maxOctets: 3,
    }))

  test('another content than the manifest says', () =>
    refused(
      forged(member('a', ''), manifest([{ name: 'a', octets: 0, sha256: '0'.repeat(64) }]), end),
      /its SHA-256 is another$/,
    ))

  test('a member that the manifest does not name, and one that only the manifest names', async () => {
    await refused(forged(member('a', ''), manifest([]), end), /does not name each member once$/)
    await refused(forged(manifest([{ name: 'a', octets: 0, sha256: emptyHash }]), end), /"a" is missing$/)
  })

  test('a member after the manifest', () => refused(forged(manifest([]), member('a', ''), end), /must be the last$/))

  test('a manifest of a newer layout', () => {
    const text = manifestText({ about, members: [] }).replace('"layout": 1', '"layout": 2')
    return refused(forged(member('manifest.json', text), end), /newer version of Vagus \(layout 2; this one knows 1\)/)
  })

  test('a manifest that is no JSON, or too long', async () => {
    await refused(forged(member('manifest.json', '{'), end), /is no manifest of a backup$/)
    await refused(forged(tarHeader({ name: 'manifest.json', octets: 2 ** 40, at: 0 })), /at most \d+ make sense$/)
  })

  test('no archive at all', async () => {
    const file = join(folder, 'text')
    writeFileSync(file, 'hello')
    await refused(file, /^it is damaged, or no backup/)
    writeFileSync(file, '')
    await refused(file, /cut off|damaged/)
  })

  test('one that was cut off, wherever', async () => {
    const path = newPath()
    const sources = [sourceOf('a', 'x'.repeat(3000)), sourceOf('b', 'text')]
    const { octets } = await writeArchive({ path, about, sources, now })
    const end = 16 // of the frame: the last octets of the tar, which are zeros, may come out without it
    for (let length = octets - end; length >= 0; length -= 7) {
      truncateSync(path, length)
      await assert.rejects(contents(path), ArchiveError, `cut off at ${length} of ${octets}`)
    }
  })
})

describe('mutated', () => {
  test('octets of the file are refused, or change nothing', async () => {
    const path = newPath()
    const sources = [sourceOf('a', 'first'), sourceOf('b', 'second'.repeat(99))]
    await writeArchive({ path, about, sources, now })
    const whole = readFileSync(path)
    const expected = await contents(path)
    const file = join(folder, 'mutated')
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const octets = Buffer.from(whole)
        octets[at]! ^= change
        writeFileSync(file, octets)
        await onlyRefused(file, expected)
      }),
      { numRuns: 200 },
    )
  })

  test('octets of the tar within are refused, or change nothing', async () => {
    const path = newPath()
    await writeArchive({ path, about, sources: [sourceOf('a', 'first'), sourceOf('b', 'second'.repeat(99))], now })
    const whole = zstdDecompressSync(readFileSync(path))
    const expected = await contents(path)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const octets = Buffer.from(whole)
        octets[at]! ^= change
        await onlyRefused(forged(octets), expected)
      }),
      { numRuns: 200 },
    )
  })

  async function onlyRefused(file: string, expected: object): Promise<void> {
    try {
      assert.deepEqual(await contents(file), expected)
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
      assert.ok(error instanceof ArchiveError, String((error as Error).stack))
    }
  }
})

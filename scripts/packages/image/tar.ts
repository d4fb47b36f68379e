/**
 * A tree of files as a layer of an image: a tar (POSIX.1-1988 "ustar") of folders, plain files and symbolic links, in the
 * order of their names, with owners and times that no builder made (image-spec 1.1, layer.md).
 * @module
 */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What of a file is not as it lies there. */
export interface Settled {
  /** Such as 0o755. */
  readonly mode: number
  /** Of user and group. */
  readonly owner: number
}

export interface Tree {
  readonly root: string
  /** Names below `root` that are in it, such as `usr/lib/vagus/bin/node`; of folders without a slash at the end. */
  readonly names: readonly string[]
  /** Seconds since 1970, of all. */
  readonly at: number
  readonly settle: (name: string, kind: Kind) => Settled
}

export type Kind = 'folder' | 'file' | 'program' | 'link'

/** All below `root`, each folder before what is in it. */
export function namesBelow(root: string): readonly string[] {
  const all = readdirSync(root, { recursive: true, withFileTypes: true })
  return all.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort()
}

/** Those for which `isIn` holds, and the folders that lead there. */
export function namesOf(all: readonly string[], isIn: (name: string) => boolean): readonly string[] {
  const wanted = new Set<string>()
  for (const name of all)
    if (isIn(name)) for (let at = name; at !== '' && !wanted.has(at); at = above(at)) wanted.add(at)
  return all.filter((name) => wanted.has(name))
}

const above = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))

const blockOctets = 512
/** GNU tar and the specification end an archive with two empty blocks. */
const end = new Uint8Array(2 * blockOctets)

/** The octets of the archive, piece by piece. @throws {RangeError} on what the form has no room for */
export function* tarOf({ root, names, at, settle }: Tree): Generator<Uint8Array> {
  for (const name of names) {
    const file = join(root, name)
    const stat = lstatSync(file)
    const kind = kindOf(stat)
    const member = { name, at, kind, ...settle(name, kind) }
    if (kind === 'link') yield header({ ...member, octets: 0, target: readlinkSync(file) })
    else if (kind === 'folder') yield header({ ...member, octets: 0 })
    else {
      const content = readFileSync(file)
      yield header({ ...member, octets: content.length })
      yield content
      yield new Uint8Array(-content.length & (blockOctets - 1))
    }
  }
  yield end
}

function kindOf(stat: ReturnType<typeof lstatSync> & object): Kind {
  if (stat.isSymbolicLink()) return 'link'
  if (stat.isDirectory()) return 'folder'
  return (Number(stat.mode) & 0o111) === 0 ? 'file' : 'program'
}

interface Member extends Settled {
  readonly name: string
  readonly octets: number
  readonly at: number
  readonly kind: Kind
  /** Where a link leads. */
  readonly target?: string
}

const types: Readonly<Record<Kind, string>> = { file: '0', program: '0', link: '2', folder: '5' }

/** The fields in their order, each with its length. */
function header({ name, octets, at, kind, mode, owner, target = '' }: Member): Uint8Array {
  const [prefix, short] = splitName(kind === 'folder' ? `${name}/` : name)
  const fields: readonly (readonly [text: string, length: number])[] = [
    [short, 100],
    [octal(mode, 7), 8],
    [octal(owner, 7), 8],
    [octal(owner, 7), 8],
    [octal(octets, 11), 12],
    [octal(at, 11), 12],
    ['        ', 8], // the sum, which counts as blanks
    [types[kind], 1],
    [target, 100],
    ['ustar\u000000', 8],
    ['', 32 + 32], // names of user and group: numbers count
    ['', 8 + 8],
    [prefix, 155],
  ]
  const block = Buffer.alloc(blockOctets)
  let place = 0
  for (const [text, length] of fields) {
    const octetsOf = Buffer.from(text)
    if (octetsOf.length > length) throw new RangeError(`${name}: "${text}" is longer than ${length} octets`)
    octetsOf.copy(block, place)
    place += length
  }
  const sum = block.reduce((total, octet) => total + octet, 0)
  block.write(`${octal(sum, 6)}\u0000 `, sumAt)
  return block
}

const sumAt = 148

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

/** A name of more than 100 octets in two parts, split at a slash. @throws {RangeError} where that is not enough */
function splitName(name: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(name) <= 100) return ['', name]
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)]
    if (rest !== '' && Buffer.byteLength(rest) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, rest]
  }
  throw new RangeError(`${name} is too long for a tar: 100 octets after a slash, and 155 before it`)
}

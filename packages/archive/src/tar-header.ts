/**
 * The header of a plain file in a tar archive (POSIX.1-1988 "ustar"), as `tar` lists and unpacks it. Nothing else is
 * written, and nothing else is read: a header that we would not have written, octet for octet, is refused.
 * @module
 */
import { ArchiveError } from './errors.ts'

/** Headers, and what contents are filled up to. */
export const blockOctets = 512

export interface TarMember {
  /** 1 to 100 characters of ASCII, parts separated by "/". */
  readonly name: string
  readonly octets: number
  /** Seconds since 1970. */
  readonly at: number
}

/** Where each field is, and its length. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
} as const

/** Eleven octal digits: 8 GiB less one octet. Larger sizes are binary, as GNU tar, bsdtar and star have them. */
const maxOctal = 8 ** 11 - 1
const binaryMark = 0x80
/** What Vagus keeps is for its user alone. */
const mode = '0000600'
const magic = 'ustar\x0000'
const plainFile = '0'
const digitsOfSize = 11

const namePattern = /^[!-.0-~]+(?:\/[!-.0-~]+)*$/

/** @throws {RangeError} on a member that the form has no room for */
export function tarHeader({ name, octets, at }: TarMember): Uint8Array {
  if (name.length > fields.name[1] || !namePattern.test(name))
    throw new RangeError(`"name" must be 1 to 100 characters of ASCII without blanks, got ${JSON.stringify(name)}`)
  if (!Number.isSafeInteger(octets) || octets < 0) throw new RangeError(`"octets" must be a count, got ${octets}`)
  if (!Number.isSafeInteger(at) || at < 0 || at > maxOctal) throw new RangeError(`"at" must be a time, got ${at}`)
  const block = new Uint8Array(blockOctets)
  const put = ([from]: readonly [number, number], text: string): void => {
    for (let index = 0; index < text.length; index++) block[from + index] = text.charCodeAt(index)
  }
  put(fields.name, name)
  put(fields.mode, `${mode}\0`)
  put(fields.uid, '0000000\0')
  put(fields.gid, '0000000\0')
  if (octets <= maxOctal) put(fields.size, `${octal(octets)}\0`)
  else putBinary(block, octets)
  put(fields.mtime, `${octal(at)}\0`)
  put(fields.type, plainFile)
  put(fields.magic, magic)
  put(fields.checksum, `${sumOf(block).toString(8).padStart(6, '0')}\0 `)
  return block
}

/** @throws {ArchiveError} on anything but the header of a plain file as `tarHeader` writes it */
export function readTarHeader(block: Uint8Array): TarMember {
  const text = ([from, length]: readonly [number, number]): string =>
    String.fromCharCode(...block.subarray(from, from + length)).replace(/\0[^]*$/, '')
  const name = text(fields.name)
  const shown = JSON.stringify(name)
  const type = String.fromCharCode(block[fields.type[0]]!)
  if (text(fields.magic) !== 'ustar') throw new ArchiveError('what should be the header of a member is none')
  if (type !== plainFile)
    throw new ArchiveError(`member ${shown} is ${typeText(type)}; a backup has nothing but plain files`)
  const member = { name, octets: sizeIn(block, text(fields.size)), at: octalIn(text(fields.mtime)) }
  if (!isWritten(member, block)) throw new ArchiveError(`the header of member ${shown} is not as it was written`)
  return member
}

function isWritten(member: TarMember, block: Uint8Array): boolean {
  try {
    return tarHeader(member).every((octet, at) => octet === block[at])
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const typeNames: Readonly<Record<string, string>> = {
  1: 'a hard link',
  2: 'a symbolic link',
  3: 'a device',
  4: 'a device',
  5: 'a folder',
  6: 'a FIFO',
}
const typeText = (type: string): string => typeNames[type] ?? `of type ${JSON.stringify(type)}`

const octal = (value: number): string => value.toString(8).padStart(digitsOfSize, '0')
/** NaN where it is none, which no header has. */
const octalIn = (text: string): number => (/^[0-7]{11}$/.test(text) ? Number.parseInt(text, 8) : NaN)

function putBinary(block: Uint8Array, octets: number): void {
  const [from, length] = fields.size
  block[from] = binaryMark
  new DataView(block.buffer).setBigUint64(from + length - 8, BigInt(octets))
}

function sizeIn(block: Uint8Array, text: string): number {
  const [from, length] = fields.size
  if (block[from] !== binaryMark) return octalIn(text)
  return Number(new DataView(block.buffer, block.byteOffset, block.length).getBigUint64(from + length - 8))
}

/** Of all octets, with blanks in the place of the sum. */
function sumOf(block: Uint8Array): number {
  const [from, length] = fields.checksum
  return block.reduce((sum, octet, at) => sum + (at >= from && at < from + length ? 0x20 : octet), 0)
}

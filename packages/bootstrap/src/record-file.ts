/**
 * Records in a file, one JSON value a line, each on the disk before `append` returns. A line that a crash cut off is not
 * read, and cut away by the next writer. A file has one writer at a time.
 * @module
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { flushFolder } from '@vagus/keyring/private-file'

export class RecordFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Octets of the file: another size means other records. */
  get size(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
  }

  /**
   * All records, the oldest first.
   * @param read of one value; `undefined`: the line is not one of ours
   * @throws {Error} naming file and line, if one that was written completely cannot be read
   */
  read<Record>(read: (value: unknown) => Record | undefined): readonly Record[] {
    if (!existsSync(this.#path)) return []
    const lines = readFileSync(this.#path, 'utf8').split('\n')
    lines.pop() // empty, or what a crash left of a line
    return lines.map((line, at) => {
      const record = read(parsed(line))
      if (record === undefined)
        throw new Error(`${this.#path}, line ${at + 1}, is damaged; put back a copy of the file`)
      return record
    })
  }

  append(record: object): void {
    const isNew = !existsSync(this.#path)
    const file = openSync(this.#path, 'a+', 0o600)
    try {
      cutTornLine(file, this.#path)
      const line = Buffer.from(`${JSON.stringify(record)}\n`)
      for (let written = 0; written < line.length;) written += writeSync(file, line, written)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (isNew) flushFolder(dirname(this.#path))
  }
}

function cutTornLine(file: number, path: string): void {
  const { size } = fstatSync(file)
  const last = Buffer.alloc(1)
  if (size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a)) return
  ftruncateSync(file, readFileSync(path).lastIndexOf(0x0a) + 1)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

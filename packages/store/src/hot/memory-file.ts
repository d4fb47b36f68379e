/**
 * Files in memory that the database reads like any other, and that the kernel frees when they are closed, also after
 * kill -9: created in shared memory (shm_overview(7)), without a name. If there is none or it is full, in a folder on
 * the disk.
 * @module
 */
import { closeSync, openSync, rmSync, writevSync } from 'node:fs'
import { join } from 'node:path'

const sharedMemory = '/dev/shm'

export interface MemoryFile {
  /** Path that opens the file in this process until it is closed. */
  readonly path: string
  close(): void
}

let made = 0

/**
 * Creates a file of these parts, in `folder` when it cannot be in memory. @throws an error of the file system
 */
export function writeMemoryFile(parts: readonly Uint8Array[], folder: string): MemoryFile {
  if (process.platform === 'linux') {
    try {
      return writeTo(sharedMemory, parts)
    } catch {
      // No shared memory here, or it is full: containers often have only 64 MiB.
    }
  }
  return writeTo(folder, parts)
}

/** The same in this folder. @throws an error of the file system */
export function writeTo(folder: string, parts: readonly Uint8Array[]): MemoryFile {
  const path = join(folder, `vagus-${process.pid}-${++made}.parquet`)
  const fd = openSync(path, 'wx+', 0o600)
  // Without a name it ends with its descriptor; it keeps the name if descriptors cannot be opened by path.
  const isNameless = process.platform === 'linux'
  const close = (): void => {
    closeSync(fd)
    if (!isNameless) rmSync(path, { force: true })
  }
  try {
    if (isNameless) rmSync(path)
    writeAll(fd, parts)
  } catch (error) {
    close()
    throw error
  }
  return { path: isNameless ? `/proc/self/fd/${fd}` : path, close }
}

function writeAll(fd: number, parts: readonly Uint8Array[]): void {
  const total = parts.reduce((sum, { length }) => sum + length, 0)
  let rest = parts
  for (let done = 0; done < total;) {
    let count = writevSync(fd, rest, done)
    done += count
    while (rest.length > 0 && count >= rest[0]!.length) {
      count -= rest[0]!.length
      rest = rest.slice(1)
    }
    if (count > 0) rest = [rest[0]!.subarray(count), ...rest.slice(1)]
  }
}

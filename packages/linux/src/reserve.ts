/**
 * Room on the disk for a file that will grow: fallocate(2). Where a file system puts off the choice of blocks until it
 * writes them, each write(2) pays for that promise; with the blocks there it does not.
 * @module
 */
import { libc, linux } from './libc.ts'

/**
 * Reserves the first `octets` of a file, whose length stays as it is. Whether it could: not every file system can, and a
 * disk may have no room.
 */
export function reserveRoom(fd: number, octets: number): boolean {
  return libc().fallocate(fd, linux.FALLOC_FL_KEEP_SIZE, 0, octets) === 0
}

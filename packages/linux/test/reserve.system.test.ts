import assert from 'node:assert/strict'
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { reserveRoom } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-reserve-'))
after(() => rmSync(folder, { recursive: true }))
const mebi = 1024 * 1024
/** Octets that a file takes on the disk, whatever its length. */
const taken = (fd: number): number => fstatSync(fd).blocks * 512

describe('room for a file', () => {
  test('is taken on the disk, leaves the length as it is, and goes back with what the file is cut to', () => {
    const fd = openSync(join(folder, 'file'), 'w+')
    try {
      writeSync(fd, 'begun')
      assert.equal(reserveRoom(fd, 4 * mebi), true)
      assert.ok(taken(fd) >= 4 * mebi, `${taken(fd)} octets taken`)
      assert.equal(fstatSync(fd).size, 5)
      ftruncateSync(fd, 5)
      assert.ok(taken(fd) < mebi, `${taken(fd)} octets still taken`)
    } finally {
      closeSync(fd)
    }
  })

  test('is refused where there is none to have', () => {
    const fd = openSync('/dev/null', 'w')
    try {
      assert.equal(reserveRoom(fd, mebi), false)
    } finally {
      closeSync(fd)
    }
  })
})

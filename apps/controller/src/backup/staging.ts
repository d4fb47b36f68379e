/** Where a state lies ready before it takes the place of another, all on the disk. @module */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MemberSink } from '@vagus/archive'
import { flowsFolderName } from './home-places.ts'
import { giverAt, sync } from './restore-journal.ts'

/** As the flow store has it. */
const readByGroup = { folder: 0o750, file: 0o640 } as const
const forItsUser = { folder: 0o700, file: 0o600 } as const

/** Takes a member of an archive as a file below `folder`. */
export function fileSink(folder: string, name: string): MemberSink {
  const path = join(folder, name)
  const modes = name.startsWith(`${flowsFolderName}/`) ? readByGroup : forItsUser
  mkdirSync(dirname(path), { recursive: true, mode: modes.folder })
  const file = openSync(path, 'wx', modes.file)
  return {
    write(octets) {
      for (let at = 0; at < octets.length;) at += writeSync(file, octets, at)
    },
    end() {
      fsyncSync(file)
      closeSync(file)
    },
    giveUp: () => closeSync(file),
  }
}

/** Flushes all folders; and gives all of it to the owner of `home`, where root restores for a user. */
export function settle(folder: string, home: string): void {
  const give = giverAt(home)
  const visit = (path: string): void => {
    give(path)
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const below = join(path, entry.name)
      if (entry.isDirectory()) visit(below)
      else give(below)
    }
    sync(path)
  }
  visit(folder)
}

export const removeStaging = (folder: string): void => rmSync(folder, { recursive: true, force: true })

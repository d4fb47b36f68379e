/** Homes for tests of backups: small, with everything that a home can have, and what is in one as a value. */
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ChainCheck } from '@vagus/audit'
import type { JsonValue } from '@vagus/identity'
import { Keyring } from '@vagus/keyring'
import { openControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import { eventKeeper, eventOf } from '../../src/events/event-keeper.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { snapshotOfStopped } from '../../src/backup/snapshot-files.ts'
import { writeBackup } from '../../src/backup/write-backup.ts'

const now = Date.parse('2026-11-28T00:00:00Z')

/** A home of which `word` is told wherever something can be told. */
export function makeHome(home: string, word: string, events = 3): void {
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text, { mode: 0o600 })
  }
  const control = openControlStore({ path: join(home, 'control.sqlite') })
  control.put('word', word, now)
  const log = new EventLog(eventKeeper(control, identityCrypto), (problem) => assertNever(problem))
  for (let count = 0; count < events; count++)
    log.append({ event: 'link.down', subject: word, fields: { link: `${word}-${count}` } }, now + count)
  control.close()
  write('flows/raw/000000000001-000000000480.parquet', `records of ${word}`)
  write('flows/minute/traffic/000000000001-000000000480.parquet', `sums of ${word}`)
  write('registrar/domain-ca.key', `key of ${word}`)
  if (!existsSync(join(home, 'agents', 'writer')))
    new Keyring(join(home, 'agents')).create(
      'writer',
      { role: word, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 },
      now,
    )
}

const assertNever = (problem: string): never => {
  throw new Error(problem)
}

/** All of it, as `vagus backup` makes it of a home without a controller. */
export async function backupOf(
  home: string,
  file: string,
  more: { readonly flows?: 'without'; readonly keys?: 'without' } = {},
): Promise<void> {
  const flows = more.flows ?? 'with'
  const snapshot = await snapshotOfStopped(home, flows)
  const keys = more.keys ?? 'with'
  await writeBackup({ file, home, snapshot, config: undefined, keys, flows, version: '1', domain: 'test', now })
  snapshot?.release()
}

/** What is in a home: contents of files, and the record of events, which must hold. */
export function stateOf(home: string): object {
  const files = globSync('{flows,agents,registrar}/**/*', { cwd: home }).filter((name) =>
    statSync(join(home, name)).isFile(),
  )
  const texts = files.sort().map((name) => [name, readFileSync(join(home, name), 'latin1')])
  const control = openControlStore({ path: join(home, 'control.sqlite') })
  try {
    const check = new ChainCheck(control.eventChainAfter(), identityCrypto)
    const events = control.eventsAfter(0, 100).map(eventOf)
    for (const event of events) {
      const problem = check.take(event as unknown as JsonValue)
      if (problem !== undefined) throw new Error(problem)
    }
    const told = events.map(({ event, subject }) => `${event} ${subject}`)
    return { texts: Object.fromEntries(texts), word: control.get('word')?.value, told }
  } finally {
    control.close()
  }
}

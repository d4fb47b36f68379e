/** Which agents of a home run now: whose keys must not change beneath them. @module */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { agentsFolderName } from './home-places.ts'
import { isThere } from './restore-journal.ts'

/** SQLITE_BUSY (https://sqlite.org/rescode.html). */
const busy = 5

/** Of parts of the home such as `agents/writer` those whose journal another process holds. */
export const runningAgents = (home: string, parts: readonly string[]): readonly string[] =>
  parts.filter(
    (part) => part.startsWith(`${agentsFolderName}/`) && isHeld(join(home, part, 'journal', 'journal.sqlite')),
  )

/** A side-car keeps its journal locked for as long as it runs. One that cannot be read is held by nobody. */
function isHeld(journal: string): boolean {
  if (!isThere(journal)) return false
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(journal, { readOnly: true, timeout: 0 })
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    return (error as { readonly errcode?: number }).errcode === busy
  } finally {
    database?.close()
  }
}

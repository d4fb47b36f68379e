/** The number of a layout: none is opened that a later version of Vagus wrote in another one. @module */
import type { DatabaseSync } from 'node:sqlite'

/** A file was written by a newer version of Vagus, whose layout of it is not known here. */
export class NewerLayoutError extends Error {
  override readonly name = 'NewerLayoutError'
  readonly code = 'newer-layout'
  readonly file: string

  constructor(file: string, found: number, known: number) {
    super(`${file} was written by a newer version of Vagus (layout ${found}; this one knows ${known})`)
    this.file = file
  }
}

/**
 * Marks the database as one of `layout`, 1 or more. A layout gets a new number if programs that know only the present
 * one would misread it or lose something; a column more that has a default needs none. Files from before there were
 * numbers have 0, and are of layout 1.
 * @throws {NewerLayoutError} with the database closed, and as it was
 */
export function checkLayout(database: DatabaseSync, file: string, layout: number): void {
  const found = Number(database.prepare('PRAGMA user_version').get()!['user_version'])
  if (found > layout) {
    database.close()
    throw new NewerLayoutError(file, found, layout)
  }
  if (found < layout) database.exec(`PRAGMA user_version = ${layout}`)
}

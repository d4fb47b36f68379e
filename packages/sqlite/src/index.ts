/** Databases of SQLite that only their user can read, each with the number of its layout. */
export { checkLayout, NewerLayoutError } from './layout.ts'
export { openPrivateDatabase } from './open.ts'
export { keepPrivate } from './private-file.ts'

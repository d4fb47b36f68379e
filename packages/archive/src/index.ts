/** One file that holds the files of a state, and is checked as a whole before anything of it is used. */
export { ArchiveError } from './errors.ts'
export type { About, Manifest } from './manifest.ts'
export { type MemberSink, readArchive } from './read-archive.ts'
export { type Source, type Written, writeArchive } from './write-archive.ts'

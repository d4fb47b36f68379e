/** The only error of this package. @module */

/** What is read is no archive of ours, or not all of it, or not as it was written. The message says which, for people. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

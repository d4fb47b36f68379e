/** A word of a command that a person copies into a shell. @module */

/** As it is where the shell takes nothing in it for something else; else in quotes. */
export const inShell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** The end of a program of the lab. @module */

/**
 * Ends this process once whoever reads its output has all of it: process.exit alone drops what a full pipe did not take yet.
 * For programs that open connections would keep running.
 */
export const endProgram = (code: 0 | 1 = 0): void => void process.stdout.write('', () => process.exit(code))

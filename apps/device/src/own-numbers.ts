/** What tells agents, and their starts, apart. @module */
import { createHash, randomInt } from 'node:crypto'

/** Short, because people type it; the two of a restart differ but for one chance in 46,656. */
export const newRun = (): string =>
  randomInt(36 ** 3)
    .toString(36)
    .padStart(3, '0')

/** 64 bits that tell agents apart: of their names. */
export const agentNumber = (name: string): bigint => createHash('sha256').update(name).digest().readBigUInt64BE()

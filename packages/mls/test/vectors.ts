/** The working group's test vectors (mlswg/mls-implementations), those of cipher suite 1. */
import { readFileSync } from 'node:fs'
import { describe } from 'node:test'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { Suite } from '../src/suite.ts'
import { mlsCrypto } from '../../transport/src/index.ts'

export const suite = new Suite(mlsCrypto, 1)
export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** Calls `check` with each vector of `family` that is of suite 1, or of none. @param wanted how many there are */
export function eachVector<Vector>(family: string, wanted: number, check: (vectors: readonly Vector[]) => void): void {
  const file = `vectors/mls/${family}.json`
  describe(`the vectors of ${family}`, { skip: needsData(file) }, () => {
    if (needsData(file) !== false) return
    const all = JSON.parse(readFileSync(dataPath(file), 'utf8')) as readonly (Vector & { cipher_suite?: number })[]
    const ours = all.filter(({ cipher_suite: number }) => number === undefined || number === 1)
    if (ours.length < wanted) throw new Error(`${file} has ${ours.length} vectors of suite 1, not ${wanted}`)
    check(ours)
  })
}

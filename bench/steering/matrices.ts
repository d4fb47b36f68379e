/**
 * Measured traffic matrices of the shared data folder, and how their days are split into training and test. Nothing of
 * them is in this repository.
 * @module
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Matrices, type Periods, periodsOf, stepsOf } from '../../packages/steering/src/benchmark/index.ts'
import { dataPath } from '../../scripts/needs.ts'

/** First and last day, from 1 on. */
type Days = readonly [first: number, last: number]

/** Abilene: steps of 5 minutes from Monday 2004-03-01 on. GEANT: steps of 15 minutes from 2005-01-01 on, some missing. */
export const splits = {
  A: { file: 'te/abilene-w1', stepsPerDay: 288, training: [1, 5], test: [6, 7] },
  B: { file: 'te/abilene-w1', stepsPerDay: 288, training: [1, 3], test: [4, 5] },
  GEANT: { file: 'te/geant-2005-01..03', stepsPerDay: 96, training: [1, 28], test: [56, 83] },
} as const satisfies Record<string, { file: string; stepsPerDay: number; training: Days; test: Days }>
export type Split = keyof typeof splits

/** The matrices: gzip of little-endian float32, `NAME.json` beside it has their shape. */
export const fileOf = (split: Split): string => `${splits[split].file}.f32.gz`

export function periodsOfSplit(split: Split): Periods {
  const { file, stepsPerDay, training, test } = splits[split]
  const { shape } = JSON.parse(readFileSync(dataPath(`${file}.json`), 'utf8')) as { shape: [number, number] }
  const octets = gunzipSync(readFileSync(dataPath(`${file}.f32.gz`)))
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const matrices: Matrices = {
    nodes: Math.sqrt(shape[1]),
    values: Float32Array.from({ length: octets.length / 4 }, (_, at) => view.getFloat32(at * 4, true)),
  }
  const days = ([first, last]: Days): Matrices => stepsOf(matrices, (first - 1) * stepsPerDay, last * stepsPerDay)
  return periodsOf(days(training), days(test))
}

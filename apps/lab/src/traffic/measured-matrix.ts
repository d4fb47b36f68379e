/**
 * Traffic matrices that were measured in research networks, out of the shared data folder (`data-folder.ts`): a Wednesday of Abilene (2004-03-03, steps of 5 min) or of GEANT (2005-01-05,
 * steps of 15 min). The files are gzip of little-endian float32 rows, one matrix a row, entry `from * nodes + to`.
 * Nothing of them is shipped; without the folder the built-in gravity model serves.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { dataFolder } from '../data-folder.ts'
import { LabError } from '../errors.ts'
import type { DayMatrix } from './gravity.ts'

/** `first` is the row of 00:00 of the day; `times` in the file beside it confirm it for GEANT. */
const files = {
  abilene: { name: 'Abilene 2004-03-03', file: 'te/abilene-w1.f32.gz', nodes: 12, first: 2 * 288, rows: 288 },
  geant: { name: 'GEANT 2005-01-05', file: 'te/geant-2005-01..03.f32.gz', nodes: 23, first: 382, rows: 96 },
} as const
export type MeasuredName = keyof typeof files

const pathOf = (name: MeasuredName): string => join(dataFolder(), files[name].file)

/** What was measured when: `Abilene 2004-03-03`. */
export const measuredNameOf = (name: MeasuredName): string => files[name].name

/** Whether the data folder holds this matrix. */
export const hasMeasuredMatrix = (name: MeasuredName): boolean => existsSync(pathOf(name))

/**
 * One day between the `sites` nodes that carried most, the largest first. The diagonal is 0.
 * @throws {RangeError} when there are more sites than nodes
 * @throws {LabError} `usage` when the file is not there
 */
export function measuredMatrix(name: MeasuredName, sites: number): DayMatrix {
  const { nodes, first, rows } = files[name]
  if (sites > nodes) throw new RangeError(`"${name}" has ${nodes} nodes, too few for ${sites} sites; use "gravity"`)
  if (!hasMeasuredMatrix(name)) {
    const remedy = 'set VAGUS_DATA to the folder that holds te/, or use "gravity"'
    throw new LabError('usage', `there is no ${pathOf(name)}; ${remedy}`)
  }
  const octets = gunzipSync(readFileSync(pathOf(name)))
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const at = (row: number, from: number, to: number): number =>
    view.getFloat32(((first + row) * nodes * nodes + from * nodes + to) * 4, true)
  const volumes = Array.from({ length: nodes }, (_, node) => {
    let volume = 0
    for (let row = 0; row < rows; row++)
      for (let other = 0; other < nodes; other++)
        if (other !== node) volume += at(row, node, other) + at(row, other, node)
    return { node, volume }
  })
  const chosen = volumes
    .sort((a, b) => b.volume - a.volume)
    .slice(0, sites)
    .map(({ node }) => node)
  const slots = Array.from({ length: rows }, (_, row) =>
    chosen.flatMap((from) => chosen.map((to) => (from === to ? 0 : at(row, from, to)))),
  )
  return { slots }
}

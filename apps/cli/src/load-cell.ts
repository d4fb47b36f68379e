/**
 * Table cells for load and state; the colour only repeats what the text says.
 * @module
 */
import { type Grade, loadGrade, lossGrade } from '@vagus/api/thresholds'
import { shareText } from './format.ts'
import type { Paint } from './paint.ts'
import type { Cell } from './table.ts'

/** How what has this grade is painted. */
export const paintOf = (grade: Grade, { warn, bad }: Paint): ((text: string) => string) =>
  grade === 'bad' ? bad : grade === 'marked' ? warn : (text) => text

const painted = (grade: Grade, text: string, paint: Paint): Cell => ({ text, paint: paintOf(grade, paint) })

/** Utilisation 0..1; `!` from 80 %, in front so that digits stay under digits. */
export function loadCell(utilisation: number | null, paint: Paint): Cell {
  const grade = loadGrade(utilisation)
  return painted(grade, `${grade === 'plain' ? '' : '! '}${shareText(utilisation)}`, paint)
}

/** `text` tells of the loss of `share`, 0..1. */
export const lossCell = (share: number | null, text: string, paint: Paint): Cell =>
  painted(lossGrade(share), text, paint)

export function stateCell(state: 'up' | 'down' | 'unknown', paint: Paint): Cell {
  if (state === 'up') return state
  return { text: state === 'down' ? 'DOWN' : '–', paint: state === 'down' ? paint.bad : paint.faint }
}

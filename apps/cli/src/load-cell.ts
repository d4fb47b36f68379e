/**
 * Table cells for load and state; the colour only repeats what the text says.
 * @module
 */
import { congestedFrom } from '@vagus/api/thresholds'
import { shareText } from './format.ts'
import type { Paint } from './paint.ts'
import type { Cell } from './table.ts'

const full = 0.95

/** Utilisation 0..1; `!` from 80 %, in front so that digits stay under digits. */
export function loadCell(utilisation: number | null, paint: Paint): Cell {
  const text = shareText(utilisation)
  if (utilisation === null || utilisation < congestedFrom) return text
  return { text: `! ${text}`, paint: utilisation >= full ? paint.bad : paint.warn }
}

export function stateCell(state: 'up' | 'down' | 'unknown', paint: Paint): Cell {
  if (state === 'up') return state
  return { text: state === 'down' ? 'DOWN' : '–', paint: state === 'down' ? paint.bad : paint.faint }
}

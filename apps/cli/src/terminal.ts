/**
 * Where a command writes: data to `out`, talk to `err`, with width, colours and whether a person reads it.
 * @module
 */
import { noPaint, type Paint, terminalPaint } from './paint.ts'

export interface Terminal {
  /** Data, unchanged: the caller ends lines. */
  readonly out: (text: string) => void
  /** Talk: progress, hints, errors. */
  readonly err: (text: string) => void
  /** Width for tables; Infinity when stdout is not a terminal. */
  readonly columns: number
  readonly rows: number
  /** For `out`. */
  readonly paint: Paint
  /** For `err`. */
  readonly talkPaint: Paint
  /** stdout is a terminal. */
  readonly live: boolean
  /** stdout and stderr are terminals: a person reads hints and answers. */
  readonly person: boolean
}

/** Nothing narrower is legible; there the terminal cuts tables, not this program. */
const minColumns = 40

/** The process's own stdout and stderr. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  const painted = (stream: NodeJS.WriteStream): Paint =>
    stream.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb' ? terminalPaint : noPaint
  const wished = Number(env['COLUMNS'])
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    get columns() {
      if (stdout.isTTY) return Math.max(minColumns, stdout.columns)
      return wished > 0 ? Math.max(minColumns, wished) : Infinity
    },
    get rows() {
      return stdout.isTTY ? stdout.rows : Infinity
    },
    paint: painted(stdout),
    talkPaint: painted(stderr),
    live: stdout.isTTY,
    person: stdout.isTTY && stderr.isTTY,
  }
}

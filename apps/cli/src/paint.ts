/**
 * The few colours that a terminal table needs. Meaning never depends on colour alone: the text says it too.
 * @module
 */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly warn: (text: string) => string
  readonly bad: (text: string) => string
}

const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`

/** SGR sequences of ECMA-48; the terminal's own palette, so light and dark themes both stay legible. */
export const terminalPaint: Paint = {
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  good: sgr(32, 39),
  warn: sgr(33, 39),
  bad: sgr(31, 39),
}

const same = (text: string): string => text
export const noPaint: Paint = { strong: same, faint: same, good: same, warn: same, bad: same }

/** A terminal that keeps what is written, for runs inside the test's process. */
import { noPaint } from '../src/paint.ts'
import type { Surroundings } from '../src/run.ts'

export interface Recorded extends Surroundings {
  readonly written: { out: string; err: string }
  /** How often the process was asked to become a service. */
  services(): number
}

export function recorded(columns = 100): Recorded {
  const written = { out: '', err: '' }
  let services = 0
  return {
    written,
    environment: {},
    signal: new AbortController().signal,
    becomeService: () => void (services += 1),
    services: () => services,
    terminal: {
      out: (text) => void (written.out += text),
      err: (text) => void (written.err += text),
      columns,
      rows: 40,
      paint: noPaint,
      talkPaint: noPaint,
      live: false,
      person: false,
    },
  }
}

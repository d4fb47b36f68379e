/** Opens the CAMARA APIs where the configuration has them, over lines that are there. @module */
import { randomUUID } from 'node:crypto'
import type { Config } from '@vagus/api'
import type { ControlStore } from '@vagus/store'
import type { LineBook } from '../lines/line-book.ts'
import type { LineDesk } from '../lines/line-desk.ts'
import { readConsumers } from './consumers.ts'
import { Courier } from './courier.ts'
import type { Camara } from './camara.ts'
import { type PlaceParts, Places } from './places.ts'
import { postEvent } from './post-event.ts'
import { SessionBook } from './session-book.ts'
import { SessionDesk } from './session-desk.ts'
import { SessionLife } from './session-life.ts'
import { Sinks } from './sinks.ts'

export interface OpenCamara {
  readonly config: Config
  readonly control: ControlStore
  readonly lines: LineDesk | undefined
  readonly lineBook: LineBook
  readonly places: PlaceParts
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Milliseconds. */
const stepEvery = 1000

/** Undefined where the configuration has none: lines of earlier sessions then run to their end. @throws {ConfigError} */
export function openCamara(options: OpenCamara): (Camara & { stop(): void }) | undefined {
  const { config, control, lines, lineBook, report } = options
  const { camara } = config
  if (camara === undefined || lines === undefined) return undefined
  const consumerOf = readConsumers(camara.consumers)
  const book = new SessionBook(control, Date.now)
  const sinks = new Sinks(camara.sinks)
  const places = new Places(options.places)
  const parts = { config: camara, lines, lineBook, book, newId: randomUUID, now: Date.now, report }
  const life = new SessionLife(parts)
  const sessions = new SessionDesk({ ...parts, life, places, sinks })
  const courier = new Courier({ book, post: (event) => postEvent(sinks, event), now: Date.now, report })
  const step = (): void => {
    life.look()
    courier.step()
  }
  const clock = setInterval(step, stepEvery)
  const unwatch = lineBook.watch(step)
  return {
    consumerOf,
    profiles: camara.profiles,
    sessions,
    places,
    stop() {
      clearInterval(clock)
      unwatch()
      courier.stop()
    },
  }
}

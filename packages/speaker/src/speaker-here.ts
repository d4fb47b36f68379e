/**
 * A BGP speaker in the thread of its caller: nothing is copied between threads. For sessions that carry little, such as
 * telemetry; a full table would stall the caller.
 * @module
 */
import { callNames, type Speaker } from './speaker.ts'
import type { SpeakerEvent } from './event.ts'
import type { SpeakerOptions } from './options.ts'
import { SpeakerEngine } from './thread/speaker-engine.ts'

/** As `startSpeaker`. Values of events may be views on the speaker's own: copy what is kept and changed. */
export async function startSpeakerHere(
  options: SpeakerOptions,
  onEvent: (event: SpeakerEvent) => void,
): Promise<Speaker> {
  const engine: SpeakerEngine = new SpeakerEngine(options, (event) => {
    onEvent(event)
    // Later, because the next event would come while this one is still being told.
    if (event.type === 'routes' || event.type === 'nlri') queueMicrotask(() => engine.taken())
  })
  const { listening, bmp } = await engine.open()
  const calls = Object.fromEntries(
    callNames.map((name) => {
      // Sound: name and arguments come from one entry of `Calls`.
      const call = engine[name] as (...args: readonly unknown[]) => unknown
      return [name, async (...args: readonly unknown[]) => call.apply(engine, [...args])]
    }),
  )
  // Sound: `callNames` are the keys of `Calls`.
  return { ...(calls as unknown as Speaker), listening, bmpListening: bmp }
}

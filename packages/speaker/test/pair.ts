/** Two speakers on loopback that wait for what the other does. */
import { once, EventEmitter } from 'node:events'
import type { SpeakerEvent, SpeakerOptions, Speaker } from '../src/index.ts'
import { startSpeaker } from '../src/index.ts'

export interface Watched {
  readonly speaker: Speaker
  readonly events: readonly SpeakerEvent[]
  /** The first event, from the `from`th on, that fits. Rejects after ten seconds. */
  until<Type extends SpeakerEvent['type']>(
    type: Type,
    fits?: (event: SpeakerEvent & { type: Type }) => boolean,
    from?: number,
  ): Promise<SpeakerEvent & { type: Type }>
}

const patience = 10_000

export async function started(options: SpeakerOptions): Promise<Watched> {
  const events: SpeakerEvent[] = []
  const changed = new EventEmitter().setMaxListeners(0)
  const speaker = await startSpeaker(options, (event) => {
    events.push(event)
    changed.emit('event')
  })
  return {
    speaker,
    events,
    async until(type, fits = () => true, from = 0) {
      const signal = AbortSignal.timeout(patience)
      for (;;) {
        const found = events
          .slice(from)
          .find((event): event is typeof event & { type: typeof type } => event.type === type && fits(event as never))
        if (found !== undefined) return found
        await once(changed, 'event', { signal }).catch(() => {
          const seen = events
            .slice(-8)
            .map((event) =>
              JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
            )
          throw new Error(`no "${type}" event came in ${patience} ms; the last ones: ${seen.join('\n')}`)
        })
      }
    },
  }
}

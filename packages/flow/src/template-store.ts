/**
 * The templates of all streams, within limits. A template belongs to the stream that announced it: exporter address,
 * source port, protocol, domain. Some exporters announce from one port only, so a stream that never announced a
 * template uses those that the same exporter announced for the same domain from another port. `Stream.isServedBy`
 * restricts this, as several routers behind one address may use an id for different templates.
 * @module
 */
import type { ExporterEntry } from './exporter-table.ts'
import type { Limits } from './limits.ts'
import type { Stream } from './stream.ts'
import { newTemplate, sameFields, type Template } from './template.ts'
import type { AnnouncedTemplate } from './template-sets.ts'

/** Share of a full store that is removed at once. */
const sweepShare = 1 / 16

export class TemplateStore {
  readonly #limits: Limits
  readonly #all = new Map<Template, Stream>()
  #fields = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#all.size
  }

  all(): Iterable<Template> {
    return this.#all.keys()
  }

  /** Stores an announced template. Returns whether data that waits for it can now be read. */
  announce(stream: Stream, announced: AnnouncedTemplate, now: number): boolean {
    stream.announcesTemplates = true
    const { id, fields, scopeCount } = announced
    const known = stream.templates.get(id)
    if (known && known.scopeCount === scopeCount && sameFields(known.fields, fields)) {
      known.usedAt = now
      if (!stream.parked.some(({ setId, waitsFor }) => setId === id && waitsFor === 'template')) return false
      known.padsFreely = true
      return true
    }
    if (known) this.#remove(stream, known)
    const { templatesPerStream, templates, fieldsTotal } = this.#limits
    if (stream.templates.size >= templatesPerStream) this.#removeOldestOf(stream)
    while (this.#all.size > 0 && (this.#all.size >= templates || this.#fields + fields.length > fieldsTotal)) {
      this.#sweep()
    }
    const template = newTemplate(announced, now)
    stream.templates.set(id, template)
    this.#all.set(template, stream)
    this.#fields += fields.length
    return true
  }

  /** The template for data sets `id`, of the stream or of a sibling that serves it. */
  find(entry: ExporterEntry, stream: Stream, id: number): Template | undefined {
    const own = stream.templates.get(id)
    if (own || stream.announcesTemplates) return own
    let newest: Template | undefined
    for (const sibling of entry.streams.siblingsOf(stream)) {
      const template = stream.isServedBy(sibling) ? sibling.templates.get(id) : undefined
      if (template && template.usedAt > (newest?.usedAt ?? -1)) newest = template
    }
    return newest
  }

  clear(stream: Stream): void {
    for (const template of stream.templates.values()) this.#remove(stream, template)
  }

  #remove(stream: Stream, template: Template): void {
    stream.templates.delete(template.id)
    stream.steady = undefined
    if (this.#all.delete(template)) this.#fields -= template.fields.length
  }

  #removeOldestOf(stream: Stream): void {
    let oldest: Template | undefined
    for (const template of stream.templates.values()) {
      if (!oldest || template.usedAt < oldest.usedAt) oldest = template
    }
    if (oldest) this.#remove(stream, oldest)
  }

  #sweep(): void {
    const oldestFirst = [...this.#all].sort(([a], [b]) => a.usedAt - b.usedAt)
    for (const [template, stream] of oldestFirst.slice(0, Math.max(1, oldestFirst.length * sweepShare))) {
      this.#remove(stream, template)
    }
  }
}

/** A tracer as the environment asks for it. @module */
import { type Environment, readTraceSettings } from '@vagus/signals'
import { type Delivery, SpanSender } from './span-sender.ts'
import { Tracer } from './tracer.ts'

export interface TracerOptions {
  readonly environment: Environment
  /** `service.name`, unless the environment says otherwise. */
  readonly service: string
  readonly version: string
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export interface OpenTracer {
  readonly tracer: Tracer
  readonly delivery: () => Delivery
  /** Sends what waits, within two seconds. */
  close(): Promise<void>
}

const closeWithin = 2000

/** @throws {RangeError} on a value of the environment that cannot be meant */
export function openTracer({ environment, service, version, report }: TracerOptions): OpenTracer {
  const settings = readTraceSettings(environment, service)
  if (typeof settings === 'string') throw new RangeError(settings)
  const { remarks, resource, sampler, agents, ...others } = settings
  for (const remark of remarks) report(remark)
  report(`spans go to ${others.url}`)
  const sender = new SpanSender({ ...others, resource: { ...resource, 'service.version': version } }, report)
  const take = sender.take.bind(sender)
  return {
    tracer: new Tracer({ sampler, agents, take, scope: { name: 'vagus', version } }),
    delivery: () => sender.delivery,
    close: () => sender.close(closeWithin),
  }
}

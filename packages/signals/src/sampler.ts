/** Which traces are recorded: the samplers of OpenTelemetry that need no server, as `OTEL_TRACES_SAMPLER` names them. @module */
import type { TraceContext } from './trace-context.ts'

/** Whether the span is recorded; `parent` undefined: it begins a trace. */
export type Sampler = (traceId: string, parent: TraceContext | undefined) => boolean

/** All 56 random bits of a trace id (W3C Trace Context, level 2, §3.2.2.3.2). */
const randomDigits = 14
const mostRandom = 2 ** 56

const always: Sampler = () => true
const never: Sampler = () => false

/** By the trace id alone, so that all programs with the same share record the same traces. */
const ofShare =
  (share: number): Sampler =>
  (traceId) =>
    Number.parseInt(traceId.slice(-randomDigits), 16) >= (1 - share) * mostRandom

const byParent =
  (root: Sampler): Sampler =>
  (traceId, parent) =>
    parent === undefined ? root(traceId, parent) : parent.sampled

/**
 * @param name as of `OTEL_TRACES_SAMPLER`; undefined: `parentbased_always_on`
 * @param share as of `OTEL_TRACES_SAMPLER_ARG`, 0..1; undefined: 1
 * @returns what is wrong with them, as a string
 */
export function readSampler(name = 'parentbased_always_on', share?: string): Sampler | string {
  const number = share === undefined || share.trim() === '' ? 1 : Number(share)
  const needsShare = name.endsWith('traceidratio')
  if (needsShare && !(number >= 0 && number <= 1))
    return `OTEL_TRACES_SAMPLER_ARG must be 0..1, such as 0.1, got "${share}"`
  const samplers: Readonly<Record<string, Sampler>> = {
    always_on: always,
    always_off: never,
    traceidratio: ofShare(number),
    parentbased_always_on: byParent(always),
    parentbased_always_off: byParent(never),
    parentbased_traceidratio: byParent(ofShare(number)),
  }
  return samplers[name] ?? `OTEL_TRACES_SAMPLER must be one of ${Object.keys(samplers).join(', ')}, got "${name}"`
}

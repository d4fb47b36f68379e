/** Trace context, spans and metrics, and how they look on the wire: W3C Trace Context, OTLP, the text format of Prometheus. */
export { type Bucketed, Histogram } from './histogram.ts'
export { type ExportedSpan, maxSpanEvents, otlpTraces, type Resource, type Scope } from './otlp.ts'
export { type AnyMetric, counter, gauge, type Metric, prometheusText, samplesOf } from './prometheus.ts'
export { readSampler, type Sampler } from './sampler.ts'
export { asksForTraces, type Environment, readTraceSettings, type TraceSettings } from './settings.ts'
export { type Attributes, type AttributeValue, type SpanData, type SpanEvent, type SpanKind } from './span.ts'
export { toldText } from './told.ts'
export { readTraceparent, type TraceContext, traceparentOf } from './trace-context.ts'

/** Spans of this process on their way to an OTLP receiver. */
export { openTracer, type OpenTracer, type TracerOptions } from './open-tracer.ts'
export { type Delivery, SpanSender } from './span-sender.ts'
export { Span, type SpanStart, Tracer } from './tracer.ts'

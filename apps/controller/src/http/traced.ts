/** Requests that belong to a trace: what is told and asked while they are answered belongs to it, too. @module */
import type { Tracer } from '@vagus/observability'
import { during } from '@vagus/observability/current-span'

type Answer = Response | Promise<Response>

/** Of the side-car in front of it, which says who asks; else of whoever asks. */
const fields = ['vagus-traceparent', 'traceparent'] as const

/** @param name of the spans @param tracer undefined: requests are answered as they are */
export function traced<Rest extends readonly unknown[]>(
  tracer: Tracer | undefined,
  name: string,
  answer: (request: Request, ...rest: Rest) => Answer,
): (request: Request, ...rest: Rest) => Answer {
  if (tracer === undefined) return answer
  return (request, ...rest) => {
    const parent = fields.map((field) => request.headers.get(field)).find((value) => value !== null)
    if (parent === undefined || parent === null) return answer(request, ...rest)
    const span = tracer.begin({ name, kind: 'server', parent, attributes: { 'http.request.method': request.method } })
    return during(span, async () => answer(request, ...rest))
  }
}

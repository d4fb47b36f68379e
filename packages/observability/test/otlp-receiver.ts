/** An OTLP receiver: takes what is posted to /v1/traces, as strictly as a collector would. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface ReceivedSpan {
  readonly service: string
  readonly scope: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[]
  readonly status: number
  readonly message: string | undefined
}

interface Pair {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}
interface WireSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Pair[]
  readonly events: readonly {
    readonly name: string
    readonly timeUnixNano: string
    readonly attributes: readonly Pair[]
  }[]
  readonly status: { readonly code: number; readonly message?: string }
}
interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] }
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly WireSpan[] }[]
  }[]
}

export interface OtlpReceiver {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** Of each request, oldest first. */
  readonly requests: readonly { readonly headers: NodeJS.Dict<string | string[]>; readonly spans: number }[]
  /** What was wrong with requests. */
  readonly problems: readonly string[]
  /** What is answered from now on. */
  answer: { status: number; body?: string }
  close(): void
}

export async function otlpReceiver(port = 0): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const requests: OtlpReceiver['requests'][number][] = []
  const problems: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { status, body = '{}' } = receiver.answer
      try {
        assert.deepEqual([request.method, request.url], ['POST', '/v1/traces'])
        assert.equal(request.headers['content-type'], 'application/json')
        const whole = Buffer.concat(parts)
        const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole
        const read = spansOf(JSON.parse(text.toString()) as WireRequest)
        requests.push({ headers: request.headers, spans: read.length })
        if (status === 200) spans.push(...read)
      } catch (error) {
        problems.push((error as Error).message)
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    problems,
    answer: { status: 200 },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return receiver
}

function spansOf({ resourceSpans }: WireRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => {
        assert.match(span.traceId, /^[0-9a-f]{32}$/)
        assert.match(span.spanId, /^[0-9a-f]{16}$/)
        assert.match(span.parentSpanId ?? 'f'.repeat(16), /^[0-9a-f]{16}$/)
        assert.match(span.startTimeUnixNano, /^\d{19}$/)
        assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano))
        assert.ok([1, 2, 3].includes(span.kind))
        return {
          service: String(valuesIn(resource.attributes)['service.name']),
          scope: scope.name,
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId,
          name: span.name,
          kind: span.kind,
          attributes: valuesIn(span.attributes),
          events: span.events.map(({ name, attributes }) => ({ name, attributes: valuesIn(attributes) })),
          status: span.status.code,
          message: span.status.message,
        }
      }),
    ),
  )
}

const valuesIn = (pairs: readonly Pair[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    pairs.map(({ key, value }) => {
      const [[kind, one] = []] = Object.entries(value)
      return [key, kind === 'intValue' ? Number(one) : one]
    }),
  )

/** What a service tells observers: spans, where the environment asks for them, and metrics at an address. @module */
import type { MetricsServer, Observed } from '@vagus/observability/metrics-server'
import type { OpenTracer } from '@vagus/observability'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'
import { version } from './version.ts'

export const metricsOption = {
  metrics: {
    type: 'text',
    value: 'ADDR:PORT',
    description: 'serve /metrics (Prometheus), /healthz and /readyz there, such as 127.0.0.1:9464 (default: nowhere)',
  },
} as const satisfies Options

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Undefined where the environment asks for no spans: then nothing is loaded.
 * @param service what they are of, unless OTEL_SERVICE_NAME says it @throws {Failure} usage
 */
export async function tracing(
  environment: Environment,
  service: string,
  report: (line: string) => void,
): Promise<OpenTracer | undefined> {
  if (!Object.keys(environment).some((name) => name.startsWith('OTEL_'))) return undefined
  const { asksForTraces } = await import('@vagus/signals')
  if (!asksForTraces(environment)) return undefined
  const { openTracer } = await import('@vagus/observability')
  try {
    return openTracer({ environment, service, version, report })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Failure(exitCode.usage, error.message, 'the environment that is read: docs/65-traces-and-metrics.md')
  }
}

/** Undefined without an address. @throws {Failure} where it cannot be had */
export async function metricsAt(
  text: string | undefined,
  { metrics, unreadiness }: Observed,
  traces: OpenTracer | undefined,
): Promise<MetricsServer | undefined> {
  if (text === undefined) return undefined
  const [{ parseEndpoint }, { serveMetrics }, { processMetrics }] = await Promise.all([
    import('@vagus/address'),
    import('@vagus/observability/metrics-server'),
    import('@vagus/observability/process-metrics'),
  ])
  const all = (): ReturnType<Observed['metrics']> => [...processMetrics(version, traces?.delivery()), ...metrics()]
  try {
    return await serveMetrics(parseEndpoint(text, 0), { metrics: all, unreadiness })
  } catch (error) {
    const isText = (error as Error).name === 'AddressError'
    const fix = isText ? 'such as --metrics 127.0.0.1:9464' : 'another address of this host, or another port: --metrics'
    throw new Failure(isText ? exitCode.usage : exitCode.failed, `--metrics: ${(error as Error).message}`, fix)
  }
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asksForTraces, readSampler, readTraceparent, readTraceSettings, type TraceSettings } from '../src/index.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'

function settings(environment: Readonly<Record<string, string>>): TraceSettings {
  const read = readTraceSettings(environment, 'calc')
  if (typeof read === 'string') assert.fail(read)
  return read
}

describe('the environment', () => {
  test('asks for traces only by what says so', () => {
    assert.equal(asksForTraces({}), false)
    assert.equal(asksForTraces({ OTEL_SERVICE_NAME: 'x' }), false)
    assert.equal(asksForTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }), true)
    assert.equal(asksForTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }), false)
    assert.equal(asksForTraces({ OTEL_TRACES_EXPORTER: 'otlp' }), true)
    assert.equal(asksForTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_TRACES_EXPORTER: 'none' }), false)
    assert.equal(asksForTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_SDK_DISABLED: 'TRUE' }), false)
  })
  test('names the receiver: a base to which /v1/traces is added, or the whole address', () => {
    assert.equal(settings({}).url, 'http://localhost:4318/v1/traces')
    assert.equal(
      settings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example/otlp/' }).url,
      'https://c.example/otlp/v1/traces',
    )
    assert.equal(settings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/x' }).url, 'http://c/x')
  })
  test('gives fields and attributes as pairs, with escapes', () => {
    const read = settings({
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20eA==, x-scope = a ',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=other',
    })
    assert.deepEqual(read.headers, { authorization: 'Basic eA==', 'x-scope': 'a' })
    assert.deepEqual(read.resource, { 'deployment.environment.name': 'test', 'service.name': 'other' })
    assert.equal(
      settings({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=b', OTEL_SERVICE_NAME: 'a' }).resource['service.name'],
      'a',
    )
    assert.equal(settings({}).resource['service.name'], 'calc')
  })
  test('says of a protocol that is not spoken what is done instead', () => {
    assert.deepEqual(settings({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }).remarks, [])
    assert.match(settings({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).remarks.join(), /http\/json, not as grpc.*4318/)
  })
  test('with numbers that are none is as if they were not there', () => {
    assert.deepEqual(
      [settings({ OTEL_BSP_MAX_QUEUE_SIZE: '-1' }).queue, settings({ OTEL_BSP_MAX_QUEUE_SIZE: '7' }).queue],
      [2048, 7],
    )
  })
  const wrong = {
    'an address that is none': [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4318' }, /http:\/\/ or https:\/\/.*"c:4318/],
    'fields that are none': [{ OTEL_EXPORTER_OTLP_HEADERS: 'authorization' }, /key=value/],
    'an escape that is none': [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' }, /key=value/],
    'a sampler that is none': [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, /one of always_on.*"jaeger_remote"/],
    'a share that is none': [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }, /0\.\.1.*"2"/],
    'what to say of agents': [{ VAGUS_TRACES_AGENTS: 'all' }, /names, ids or nobody, got "all"/],
    'a coding that is none': [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'br' }, /gzip or none/],
  } as const
  for (const [what, [environment, problem]] of Object.entries(wrong)) {
    test(`with ${what} is refused, and told what would be right`, () => {
      const read = readTraceSettings(environment, 'calc')
      assert.ok(typeof read === 'string')
      assert.match(read, problem)
    })
  }
})

describe('a sampler', () => {
  const parent = (flags: string) => readTraceparent(`00-${traceId}-b7ad6b7169203331-${flags}`)
  const decisions = (name?: string, share?: string): readonly boolean[] => {
    const sampler = readSampler(name, share)
    assert.ok(typeof sampler === 'function')
    return [sampler(traceId, undefined), sampler(traceId, parent('01')), sampler(traceId, parent('00'))]
  }
  const rows: readonly (readonly [string | undefined, string | undefined, readonly boolean[]])[] = [
    [undefined, undefined, [true, true, false]],
    ['always_on', undefined, [true, true, true]],
    ['always_off', undefined, [false, false, false]],
    ['parentbased_always_off', undefined, [false, true, false]],
    ['parentbased_traceidratio', '0', [false, true, false]],
    ['traceidratio', '1', [true, true, true]],
  ]
  for (const [name, share, expected] of rows) {
    test(`${name ?? 'of the default'} ${share ?? ''} decides without, with a sampled, with an unsampled parent`, () =>
      assert.deepEqual(decisions(name, share), expected))
  }
  test('by a share takes about that share of traces, and the same ones everywhere', () => {
    const quarter = readSampler('traceidratio', '0.25')
    assert.ok(typeof quarter === 'function')
    const ids = Array.from({ length: 4000 }, (_, at) => ((at + 0.5) * 2 ** 44).toString(16).padStart(14, '0'))
    const spread = ids.map(
      (_, at) =>
        Math.floor((at / 4000) * 2 ** 52)
          .toString(16)
          .padStart(13, '0') + '0',
    )
    const taken = spread.filter((digits) => quarter(`0123456789abcdef01${digits}`, undefined)).length
    assert.ok(Math.abs(taken - 1000) <= 1, String(taken))
  })
})

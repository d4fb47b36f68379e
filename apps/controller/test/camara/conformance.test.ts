/** Requests and answers held against the OpenAPI documents of CAMARA. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  createSessionSchema,
  extendSessionSchema,
  profilesPath,
  qodPath,
  retrieveProfilesSchema,
  retrieveSessionsSchema,
  type SessionInfo,
} from '@vagus/api/camara'
import { eventOf } from '../../src/camara/session.ts'
import { dataPath, needsData } from '../../../../scripts/needs.ts'
import { OpenApi } from '../support/open-api.ts'
import { type Answer, asked, QodScene } from './qod-scene.ts'

const skip = needsData('camara/quality-on-demand.yaml')
const qod = new OpenApi(dataPath('camara', 'quality-on-demand.yaml'))
const profiles = new OpenApi(dataPath('camara', 'qos-profiles.yaml'))
const common = new OpenApi(dataPath('camara', 'CAMARA_common.yaml'))

type Operation = readonly [api: OpenApi, path: string, method: 'get' | 'post' | 'delete']
const operations = {
  create: [qod, '/sessions', 'post'],
  find: [qod, '/sessions/{sessionId}', 'get'],
  delete: [qod, '/sessions/{sessionId}', 'delete'],
  extend: [qod, '/sessions/{sessionId}/extend', 'post'],
  retrieve: [qod, '/retrieve-sessions', 'post'],
  profile: [profiles, '/qos-profiles/{name}', 'get'],
  profiles: [profiles, '/retrieve-qos-profiles', 'post'],
} as const satisfies Readonly<Record<string, Operation>>

/** Of statuses that every API may answer without saying so. */
const unsaid: Readonly<Record<number, string>> = { 405: 'Generic405', 500: 'Generic500', 503: 'Generic503' }

/** Fails where the answer is not one that the operation may give. */
function holds(name: keyof typeof operations, { status, body, headers }: Answer<unknown>): void {
  const [api, path, method] = operations[name]
  if (status === 204) return assert.equal(body, undefined)
  assert.match(headers.get('content-type')!, /^application\/json/)
  const other = unsaid[status]
  const schema =
    other === undefined
      ? api.response(path, method, status)
      : common.at(`/components/responses/${other}/content/application~1json/schema`)
  const problems = (other === undefined ? api : common).problems(body, schema)
  assert.deepEqual(problems, [], `${name} ${status} ${JSON.stringify(body)}`)
}

const exampleValues = (api: OpenApi, pattern: RegExp): readonly (readonly [string, unknown])[] =>
  Object.entries(api.at('/components/examples').schema).flatMap(([name, example]) =>
    pattern.test(name) ? [[name, (example as { value: unknown }).value] as const] : [],
  )

describe('requests', { skip }, () => {
  test('of all examples of CAMARA are understood', () => {
    const examples = exampleValues(qod, /CREATION_BODY/)
    assert.equal(examples.length, 4)
    for (const [name, value] of examples) assert.ok(createSessionSchema.safeParse(value).success, name)
  })

  test('that the schemas of CAMARA refuse are refused, and none is answered as it may not be', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    const schemas = {
      create: ['CreateSession', createSessionSchema, '/sessions', asked],
      extend: [
        'ExtendSessionDuration',
        extendSessionSchema,
        `/sessions/${sessionId}/extend`,
        { requestedAdditionalDuration: 1 },
      ],
      retrieve: ['RetrieveSessionsInput', retrieveSessionsSchema, '/retrieve-sessions', { device: asked.device }],
    } as const
    for (const [name, [schema, own, path, valid]] of Object.entries(schemas))
      await fc.assert(
        fc.asyncProperty(mutated(whole(valid)), async (body) => {
          // Which sinks are taken is said with a code of its own.
          const problems = qod
            .problems(body, qod.at(`/components/schemas/${schema}`))
            .filter((one) => !/^\$\.sink is against (format|pattern)/.test(one))
          const isOurs = own.safeParse(body).success
          if (problems.length > 0) assert.ok(!isOurs, `${problems.join(', ')}: ${JSON.stringify(body)}`)
          const answer = await scene.send('POST', `${qodPath}${path}`, body)
          if (!isOurs) assert.deepEqual([answer.status, answer.body.code], [400, 'INVALID_ARGUMENT'])
          holds(name as keyof typeof schemas, answer)
        }),
        { numRuns: 100 },
      )
    await scene.settled()
    assert.deepEqual(scene.errors, [])
  })

  test('with a property that is not declared are refused, at any depth', async () => {
    const scene = new QodScene()
    const bodies = [
      { ...asked, flavour: 1 },
      { ...asked, device: { ...asked.device, flavour: 1 } },
      { ...asked, device: { ipv4Address: { ...asked.device!.ipv4Address, flavour: 1 } } },
      { ...asked, applicationServer: { ...asked.applicationServer, flavour: 1 } },
      { ...asked, applicationServerPorts: { ports: [1], flavour: 1 } },
      { ...asked, devicePorts: { ranges: [{ from: 1, to: 2, flavour: 1 }] } },
    ]
    for (const one of bodies) {
      const { status, body } = await scene.send('POST', `${qodPath}/sessions`, one)
      assert.deepEqual([status, body.code], [400, 'INVALID_ARGUMENT'])
      assert.match(body.message!, /flavour is not declared in this API/)
    }
    assert.ok(!retrieveProfilesSchema.safeParse({ flavour: 1 }).success)
  })
})

describe('answers', { skip }, () => {
  test('of sessions are valid in each status', async () => {
    const scene = new QodScene()
    const created = await scene.create()
    holds('create', created)
    const { sessionId } = created.body
    holds('find', await scene.find(sessionId)) // REQUESTED
    await scene.settled()
    holds('find', await scene.find(sessionId)) // AVAILABLE
    const device = { device: asked.device }
    holds('retrieve', await scene.send('POST', `${qodPath}/retrieve-sessions`, device))
    const extend = { requestedAdditionalDuration: 60 }
    holds('extend', await scene.send('POST', `${qodPath}/sessions/${sessionId}/extend`, extend))
    await scene.lines.desk.release('line-1')
    await scene.settled()
    const over = await scene.find(sessionId)
    assert.equal(over.body.qosStatus, 'UNAVAILABLE')
    holds('find', over)
    holds('extend', await scene.send('POST', `${qodPath}/sessions/${sessionId}/extend`, extend))
    holds('delete', await scene.send('DELETE', `${qodPath}/sessions/${sessionId}`))
    holds('find', await scene.find(sessionId))
    holds('retrieve', await scene.send('POST', `${qodPath}/retrieve-sessions`, device))
  })

  test('of profiles are valid, by name, status and device', async () => {
    const scene = new QodScene()
    const ask = async (body: object) => {
      const answer = await scene.send<{ name: string }[]>('POST', `${profilesPath}/retrieve-qos-profiles`, body)
      holds('profiles', answer)
      return answer.status === 200 ? answer.body.map(({ name }) => name) : answer.status
    }
    assert.deepEqual(await ask({}), ['QOS_M', 'QOS_XL', 'QOS_OLD', 'QOS_E'])
    assert.deepEqual(await ask({ status: 'DEPRECATED' }), ['QOS_OLD'])
    assert.deepEqual(await ask({ name: 'QOS_E', device: asked.device }), ['QOS_E'])
    assert.deepEqual(await ask({ name: 'QOS_NONE' }), [])
    assert.equal(await ask({ device: { networkAccessIdentifier: 'nobody' } }), 404)
    assert.equal(await ask({ device: { phoneNumber: '+123456789' } }), 422)
    assert.equal(await ask({ device: {} }), 400)
    const one = await scene.send<object>('GET', `${profilesPath}/qos-profiles/QOS_E`)
    holds('profile', one)
    const rate = { value: 512, unit: 'kbps' }
    assert.deepEqual(one.body, {
      name: 'QOS_E',
      status: 'ACTIVE',
      targetMinUpstreamRate: rate,
      maxUpstreamRate: rate,
      targetMinDownstreamRate: rate,
      maxDownstreamRate: rate,
      minDuration: { value: 60, unit: 'Seconds' },
      maxDuration: { value: 86_400, unit: 'Seconds' },
      packetDelayBudget: { value: 20, unit: 'Milliseconds' },
    })
    for (const [name, status] of [
      ['QOS_NONE', 404],
      ['Q', 400],
    ] as const) {
      const answer = await scene.send('GET', `${profilesPath}/qos-profiles/${name}`)
      assert.equal(answer.status, status)
      holds('profile', answer)
    }
  })

  test('that refuse have the status and code of CAMARA', async () => {
    const scene = new QodScene()
    const credential = { credentialType: 'PRIVATE_KEY_JWT' }
    const rows = [
      [{ qosProfile: 'QOS_NONE' }, 400, 'INVALID_ARGUMENT'],
      [{ duration: 7201 }, 400, 'QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE'],
      [{ qosProfile: 'QOS_E', duration: 59 }, 400, 'QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE'],
      [{ sink: 'https://10.0.0.1/' }, 400, 'INVALID_SINK'],
      [{ sinkCredential: { credentialType: 'PLAIN' } }, 400, 'INVALID_ARGUMENT'],
      [{ sinkCredential: credential }, 422, 'PRIVATE_KEY_JWT_NOT_CONFIGURED'],
      [{ qosProfile: 'QOS_OLD' }, 422, 'QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE'],
      [{ devicePorts: { ports: [80] } }, 422, 'SERVICE_NOT_APPLICABLE'],
      [{ applicationServerPorts: { ports: [80] } }, 422, 'SERVICE_NOT_APPLICABLE'],
      // Nobody has measured the delay of the links here.
      [{ qosProfile: 'QOS_E' }, 422, 'QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE'],
    ] as const
    for (const [more, status, code] of rows) {
      const answer = await scene.create(more)
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(more))
      holds('create', answer)
    }
    assert.deepEqual(scene.lines.keeper.kept.size, 0)
  })

  test('without a token, without the configuration, at wrong places and by wrong methods are errors of CAMARA', async () => {
    const scene = new QodScene()
    for (const authorization of ['', 'Bearer', 'Bearer another', 'Basic YWNtZS10b2tlbg=='])
      for (const [method, path, name] of [
        ['POST', `${qodPath}/sessions`, 'create'],
        ['GET', `${profilesPath}/qos-profiles/QOS_M`, 'profile'],
      ] as const) {
        const answer = await scene.send(method, path, method === 'POST' ? asked : undefined, { authorization })
        assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [401, 'Bearer'])
        holds(name, answer)
      }
    holds('create', await scene.send('PUT', `${qodPath}/sessions`, asked))
    assert.equal((await scene.send('PUT', `${qodPath}/sessions`, asked)).status, 405)
    assert.equal((await scene.send('GET', `${qodPath}/flavours`)).body.code, 'NOT_FOUND')
    assert.equal(
      (await scene.send('GET', '/quality-on-demand')).headers.get('content-type'),
      'application/problem+json',
    )
    holds('find', await scene.find('not-a-uuid'))
    holds('create', await scene.send('POST', `${qodPath}/sessions`, 'no JSON'))
    holds('create', await scene.send('POST', `${qodPath}/sessions`, `"${'x'.repeat(65_536)}"`))
    scene.remove()
    const absent = await scene.create()
    assert.deepEqual([absent.status, absent.body.code], [503, 'UNAVAILABLE'])
    holds('create', absent)
  })

  test('have the x-correlator of their request, errors too', async () => {
    const scene = new QodScene()
    const correlator = 'b4333c46-49c0-4f62-80d7-f0ef930f1c46'
    for (const more of [{}, { qosProfile: 'Q' }, { device: undefined }]) {
      const { headers } = await scene.create(more, { 'x-correlator': correlator })
      assert.deepEqual([headers.get('x-correlator'), headers.get('cache-control')], [correlator, 'no-store'])
    }
    const stranger = await scene.create({}, { 'x-correlator': correlator, authorization: '' })
    assert.deepEqual([stranger.status, stranger.headers.get('x-correlator')], [401, correlator])
    const wrong = await scene.create({}, { 'x-correlator': 'a b' })
    assert.deepEqual(
      [wrong.status, wrong.body.code, wrong.headers.get('x-correlator')],
      [400, 'INVALID_ARGUMENT', null],
    )
  })
})

test('an event is a CloudEvent as CAMARA has it', { skip }, () => {
  const id = '83a0d986-0866-4f38-b8c0-fc65bfcda452'
  for (const news of [
    { id, at: 0, status: 'AVAILABLE' },
    { id, at: 1, status: 'UNAVAILABLE', info: 'DURATION_EXPIRED' },
  ] as const) {
    const event: unknown = JSON.parse(JSON.stringify(eventOf({ id }, news, `${qodPath}/sessions/${id}`)))
    assert.deepEqual(qod.problems(event, qod.at('/components/schemas/EventQosStatusChanged')), [])
  }
})

test('the examples of CAMARA are valid by what holds answers here, and broken ones are not', { skip }, () => {
  const schema = qod.at('/components/schemas/SessionInfo')
  const examples = exampleValues(qod, /CREATION_RESPONSE|SESSION_(UN)?AVAILABLE_EXAMPLE|SESSION_EXTENDED/)
  assert.equal(examples.length, 8)
  for (const [name, value] of examples) {
    assert.deepEqual(qod.problems(value, schema), [], name)
    const session = value as SessionInfo
    for (const broken of [
      { ...session, sessionId: 'x' },
      { ...session, qosStatus: 'GONE' },
      { ...session, duration: 0 },
      { ...session, duration: undefined },
      { ...session, applicationServer: {} },
      { ...session, device: { phoneNumber: '+123456789', networkAccessIdentifier: 'a' } },
    ])
      assert.notEqual(qod.problems(JSON.parse(JSON.stringify(broken)), schema).length, 0, JSON.stringify(broken))
  }
})

/** As JSON has it. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
const whole = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

/** The value with one to three of its parts replaced by another value, or by something that a careless client would send. */
function mutated(value: Json): fc.Arbitrary<Json> {
  const careless = fc.constantFrom<Json>('', '0', -1, 0, 1.5, 65_536, null, [], {}, 'x'.repeat(300), '10.1.0.5/33', [
    'a',
  ])
  const change = fc.tuple(fc.nat(), fc.oneof(careless, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>))
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => changes.reduce(changedAt, value))
}

function changedAt(value: Json, [at, other]: readonly [number, Json]): Json {
  if (typeof value !== 'object' || value === null || at % 5 === 0) return other
  const keys = Object.keys(value)
  const key = keys[at % Math.max(1, keys.length)] ?? 'more'
  const inner = (value as { [key: string]: Json })[key] ?? null
  const next = changedAt(inner, [Math.floor(at / 5), other])
  return Array.isArray(value)
    ? value.map((one, index) => (String(index) === key ? next : one))
    : { ...value, [key]: next }
}

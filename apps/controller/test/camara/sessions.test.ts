/** The life of sessions, with routers in virtual time. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { qodPath } from '@vagus/api/camara'
import { maxFailures } from '../../src/camara/courier.ts'
import { SinkGone } from '../../src/camara/post-event.ts'
import { asksPerMinute, slackMs } from '../../src/camara/session-desk.ts'
import { keptMs } from '../../src/camara/session-life.ts'
import { asked, operatorKey, QodScene } from './qod-scene.ts'

const operator = { authorization: `Bearer ${operatorKey}` }
const west = { authorization: 'Bearer west-token' }
const other = { applicationServer: { ipv4Address: '10.2.1.0/24' } }

describe('a session', () => {
  test('is AVAILABLE once its line is there, for the packets between device and server alone', async () => {
    const scene = new QodScene()
    const { status, body } = await scene.create()
    assert.deepEqual([status, body.qosStatus, body.startedAt, body.expiresAt], [201, 'REQUESTED', undefined, undefined])
    await scene.settled()
    const found = (await scene.find(body.sessionId)).body
    assert.deepEqual(found, {
      sessionId: body.sessionId,
      device: asked.device,
      applicationServer: asked.applicationServer,
      qosProfile: 'QOS_M',
      sink: asked.sink,
      duration: 3600,
      startedAt: '2026-11-28T03:00:00Z',
      expiresAt: '2026-11-28T04:00:00Z',
      qosStatus: 'AVAILABLE',
    })
    const line = scene.lines.line()
    assert.deepEqual(line.flow, { from: ['10.1.0.5/32'], to: ['10.2.0.0/24'] })
    assert.deepEqual(line.by, { kind: 'controller', id: null, name: `QoD session ${body.sessionId} of acme` })
    assert.deepEqual(
      scene.lines.routers.calls.filter(({ part }) => part === 'steer').map(({ device }) => device),
      ['r1', 'r4', 'r1', 'r4'],
    )
  })

  test('ends by itself with its duration, and its line with it', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there({ duration: 10 })
    await scene.seconds(10)
    const { body } = await scene.find(sessionId)
    assert.deepEqual([body.qosStatus, body.statusInfo, body.duration], ['UNAVAILABLE', 'DURATION_EXPIRED', 10])
    assert.deepEqual([scene.lines.line().state, scene.lines.routers.inForce], ['released', []])
    assert.deepEqual(scene.news, ['AVAILABLE', 'UNAVAILABLE DURATION_EXPIRED'])
    scene.lines.now += keptMs
    await scene.seconds(1)
    assert.equal((await scene.find(sessionId)).status, 404)
    assert.equal(scene.control.kept.size, 0)
  })

  test('is told of once, also where another one ends in the same second', async () => {
    const scene = new QodScene()
    await scene.there({ duration: 10 })
    await scene.there({ ...other, duration: 10 })
    await scene.seconds(12)
    const ids = scene.told.map(({ json }) => (JSON.parse(json) as { id: string }).id)
    assert.deepEqual([ids.length, new Set(ids).size], [4, 4])
    const ends = ['UNAVAILABLE DURATION_EXPIRED', 'UNAVAILABLE DURATION_EXPIRED']
    assert.deepEqual(scene.news, ['AVAILABLE', 'AVAILABLE', ...ends])
  })

  test('is deleted at once, and its packets are free for another', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    const { status, body } = await scene.send('DELETE', `${qodPath}/sessions/${sessionId}`)
    assert.deepEqual([status, body], [204, undefined])
    assert.equal((await scene.find(sessionId)).status, 404)
    await scene.seconds(1)
    assert.deepEqual(scene.news, ['AVAILABLE', 'UNAVAILABLE DELETE_REQUESTED'])
    assert.deepEqual([scene.lines.routers.inForce, scene.control.kept.size], [[], 0])
    assert.equal((await scene.there()).qosStatus, 'AVAILABLE')
  })

  test('that is deleted before it was AVAILABLE is told of to nobody', async () => {
    const scene = new QodScene()
    const { promise, resolve } = Promise.withResolvers<void>()
    scene.lines.routers.held = promise
    const { body } = await scene.create()
    await scene.send('DELETE', `${qodPath}/sessions/${body.sessionId}`)
    resolve()
    await scene.settled()
    await scene.settled()
    assert.deepEqual([scene.news, scene.lines.routers.inForce, scene.control.kept.size], [[], [], 0])
  })

  test('is UNAVAILABLE where routers do not take its line, or the operator releases it; until it is deleted it is in the way', async () => {
    const scene = new QodScene()
    scene.lines.routers.moods.push({ what: 'prepare', device: 'r4', mood: 'decline' })
    const failed = await scene.there()
    assert.deepEqual(
      [failed.qosStatus, failed.statusInfo, failed.startedAt],
      ['UNAVAILABLE', 'NETWORK_TERMINATED', undefined],
    )
    assert.deepEqual(scene.news, ['UNAVAILABLE NETWORK_TERMINATED'])
    const again = await scene.create()
    assert.deepEqual([again.status, again.body.code], [409, 'CONFLICT'])
    assert.equal((await scene.send('DELETE', `${qodPath}/sessions/${failed.sessionId}`)).status, 204)
    const { sessionId } = await scene.there()
    await scene.lines.desk.release('line-2')
    await scene.settled()
    const { body } = await scene.find(sessionId)
    assert.deepEqual([body.qosStatus, body.statusInfo], ['UNAVAILABLE', 'NETWORK_TERMINATED'])
    assert.deepEqual(scene.news, ['AVAILABLE', 'UNAVAILABLE NETWORK_TERMINATED'])
  })

  test('goes on while its line is moved off a link that is down', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    scene.lines.down.add('r1-r2')
    await scene.seconds(3)
    assert.equal((await scene.find(sessionId)).body.qosStatus, 'AVAILABLE')
    assert.deepEqual([scene.lines.line().moves, scene.lines.line().flow?.from], [1, ['10.1.0.5/32']])
  })

  test('of a profile without room is refused with what would be possible', async () => {
    const scene = new QodScene()
    const { status, body } = await scene.create({ qosProfile: 'QOS_XL' })
    assert.deepEqual([status, body.code], [422, 'QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE'])
    assert.match(body.message!, /^QOS_XL: there is no room for it now; [\d.]+ Mbit\/s is possible$/)
    const whole = (await scene.create({ qosProfile: 'QOS_XL' }, operator)).body.message!
    assert.match(whole, /^QOS_XL: every path from dc-east to dc-west .*\(r1 – r2 – r4\).*; [\d.]+ Mbit\/s is possible$/)
    assert.deepEqual([scene.control.kept.size, scene.lines.routers.inForce], [0, []])
  })

  test('beside another one of the same packets is a conflict, beside one of others it is not', async () => {
    const scene = new QodScene()
    await scene.there()
    const same = await scene.create({ applicationServer: { ipAddresses: ['10.2.0.7'] } })
    assert.deepEqual([same.status, same.body.code], [409, 'CONFLICT'])
    // The other way round: from the server's site.
    const turned = {
      device: { ipv4Address: { publicAddress: '10.2.0.9', publicPort: 7 } },
      applicationServer: { ipv4Address: '10.1.0.0/24' },
    }
    const { status, body } = await scene.create(turned, west)
    assert.deepEqual([status, body.message?.startsWith('a session of another consumer ')], [409, true])
    assert.equal((await scene.there(other)).qosStatus, 'AVAILABLE')
  })

  test('beside a line of all packets between the sites is refused, and such a line beside a session', async () => {
    const scene = new QodScene()
    const whole = { from: 'dc-west', to: 'dc-east', bitsPerSecond: 1e6, for: '1h' }
    scene.lines.desk.order(whole, undefined)
    await scene.settled()
    const { status, body } = await scene.create({}, operator)
    assert.equal(status, 422)
    assert.match(
      body.message!,
      /some of these packets between dc-east and dc-west are of line-1 in that time; it is possible from /,
    )
    await scene.lines.desk.release('line-1')
    await scene.there()
    assert.throws(
      () => scene.lines.desk.order(whole, undefined),
      /^ProblemError: some of these packets between dc-west and dc-east are of line-2 in that time/,
    )
  })
})

describe('an extension', () => {
  const extend = (scene: QodScene, id: string, requestedAdditionalDuration: unknown) =>
    scene.send('POST', `${qodPath}/sessions/${id}/extend`, { requestedAdditionalDuration })

  test('adds to the duration, up to the longest one of the profile', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    const { status, body } = await extend(scene, sessionId, 1800)
    assert.deepEqual([status, body.duration, body.expiresAt], [200, 5400, '2026-11-28T04:30:00Z'])
    assert.equal(Date.parse(scene.lines.line().end), Date.parse(body.expiresAt!) + slackMs)
    const most = (await extend(scene, sessionId, 2_147_483_647)).body
    assert.deepEqual([most.duration, most.expiresAt], [7200, '2026-11-28T05:00:00Z'])
    assert.equal((await extend(scene, sessionId, 1)).body.duration, 7200)
  })

  test('is refused beside another one of the same session, which would count for nothing', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    const both = Promise.all([extend(scene, sessionId, 600), extend(scene, sessionId, 600)])
    await scene.settled()
    const [first, second] = await both
    assert.deepEqual([first.status, first.body.duration], [200, 4200])
    assert.deepEqual([second.status, second.body.code], [409, 'QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED'])
    assert.equal((await extend(scene, sessionId, 600)).body.duration, 4800)
  })

  test('of a session that is deleted meanwhile does not bring it back', async () => {
    for (let turns = 0; turns < 100; turns += 4) {
      const scene = new QodScene()
      const { sessionId } = await scene.there({ sink: undefined })
      const extended = extend(scene, sessionId, 600)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      await scene.send('DELETE', `${qodPath}/sessions/${sessionId}`)
      await extended
      await scene.settled()
      assert.deepEqual([turns, scene.control.kept.size, scene.lines.routers.inForce], [turns, 0, []])
    }
  })

  test('is for sessions that are AVAILABLE', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    await scene.lines.desk.release('line-1')
    await scene.settled()
    const refused = await extend(scene, sessionId, 60)
    assert.deepEqual([refused.status, refused.body.code], [409, 'QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED'])
  })

  test('that a router does not confirm leaves the session as it was', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    scene.lines.routers.moods.push({ what: 'confirm', device: 'r4', mood: 'unheard' })
    const refused = await extend(scene, sessionId, 60)
    assert.deepEqual([refused.status, refused.body.code], [409, 'QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED'])
    assert.equal((await scene.find(sessionId)).body.duration, 3600)
  })
})

describe('after kill -9', () => {
  test('a session that is AVAILABLE goes on, and ends in time', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there({ duration: 60 })
    scene.crash()
    await scene.seconds(30)
    assert.equal((await scene.find(sessionId)).body.qosStatus, 'AVAILABLE')
    await scene.seconds(30)
    assert.equal((await scene.find(sessionId)).body.statusInfo, 'DURATION_EXPIRED')
    assert.deepEqual(scene.news, ['AVAILABLE', 'UNAVAILABLE DURATION_EXPIRED'])
  })

  test('one that expired meanwhile is over, and so is its line', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there({ duration: 60 })
    scene.lines.now += 61_000
    scene.crash()
    await scene.seconds(1)
    assert.equal((await scene.find(sessionId)).body.statusInfo, 'DURATION_EXPIRED')
    assert.deepEqual(scene.lines.routers.inForce, [])
  })

  test('one whose line was never ordered is over', async () => {
    const scene = new QodScene()
    const { body } = await scene.create()
    scene.lines.keeper.kept.clear()
    scene.crash()
    scene.step()
    assert.equal((await scene.find(body.sessionId)).body.statusInfo, 'NETWORK_TERMINATED')
  })

  test('one that was deleted is released', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    // Written down, and its line not released yet.
    const session = scene.book.find(sessionId)!
    scene.book.put({ ...session, status: 'UNAVAILABLE', info: 'DELETE_REQUESTED', isDeleted: true, news: [] })
    scene.crash()
    assert.notDeepEqual(scene.lines.routers.inForce, [])
    await scene.seconds(3)
    assert.deepEqual([(await scene.find(sessionId)).status, scene.control.kept.size], [404, 0])
    assert.deepEqual(scene.lines.routers.inForce, [])
  })
})

describe('what consumers are told', () => {
  test('is a CloudEvent with their token, told again until it is taken, in order', async () => {
    const scene = new QodScene()
    scene.sinkProblem = new Error('nobody listens')
    const sinkCredential = {
      credentialType: 'ACCESSTOKEN',
      accessToken: 'secret',
      accessTokenExpiresUtc: '2026-11-29T00:00:00Z',
      accessTokenType: 'bearer',
    }
    const { sessionId } = await scene.there({ duration: 3, sinkCredential })
    await scene.seconds(3)
    assert.equal(scene.book.find(sessionId)?.news.length, 2)
    scene.crash() // it is on the disk
    scene.sinkProblem = undefined
    await scene.seconds(1)
    const [{ url, token, json } = { url: '', token: '', json: '' }] = scene.told
    assert.deepEqual([url, token], [asked.sink, 'secret'])
    const { time, source, data } = JSON.parse(json) as { time: string; source: string; data: object }
    assert.deepEqual(
      [time, source, data],
      ['2026-11-28T03:00:00Z', `${qodPath}/sessions/${sessionId}`, { sessionId, qosStatus: 'AVAILABLE' }],
    )
    assert.deepEqual(scene.news, ['AVAILABLE', 'UNAVAILABLE DURATION_EXPIRED'])
    assert.equal(JSON.stringify((await scene.find(sessionId)).body).includes('secret'), false)
  })

  test('is not held up by a clock that was set back', async () => {
    const scene = new QodScene()
    scene.sinkProblem = new Error('nobody listens')
    await scene.there()
    scene.sinkProblem = undefined
    scene.lines.now -= 3_600_000
    scene.step()
    assert.deepEqual(scene.news, ['AVAILABLE'])
  })

  test('comes also while sinks of another consumer do not answer', async () => {
    const scene = new QodScene()
    scene.config.count = 64
    scene.config.consumers[0]!.count = 64
    scene.silentSinks.add('slow.example')
    for (let last = 0; last < 16; last++)
      await scene.there({ applicationServer: { ipAddresses: [`10.2.7.${last}`] }, sink: 'https://slow.example/' })
    assert.equal((await scene.create(other, operator)).status, 201)
    await scene.settled()
    assert.equal(scene.told.filter(({ url }) => url === asked.sink).length, 1)
  })

  test('is given up after many failures, at once where the sink is gone, and where the token has expired', async () => {
    const scene = new QodScene()
    scene.sinkProblem = new Error('nobody listens')
    const { sessionId } = await scene.there()
    for (let failures = 0; failures < maxFailures; failures++) {
      scene.lines.now += 2000 * 2 ** failures
      await scene.seconds(1)
    }
    assert.deepEqual([scene.book.find(sessionId)?.news, scene.reported.length], [[], 1])
    scene.sinkProblem = new SinkGone('gone')
    await scene.there(other)
    assert.match(scene.reported[1]!, /gone$/)
    const sinkCredential = {
      credentialType: 'ACCESSTOKEN',
      accessToken: 'secret',
      accessTokenExpiresUtc: '2026-11-28T03:00:00+00:00',
      accessTokenType: 'bearer',
    }
    await scene.there({ applicationServer: { ipAddresses: ['10.2.9.9'] }, sinkCredential })
    assert.match(scene.reported[2]!, /its token for the sink has expired$/)
  })
})

describe('a consumer', () => {
  test('sees its own sessions alone, the operator all of them', async () => {
    const scene = new QodScene()
    const { sessionId } = await scene.there()
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
    ] as const) {
      const { status, body } = await scene.send(method, `${qodPath}/sessions/${sessionId}${path}`, undefined, west)
      assert.deepEqual([status, body.code], [403, 'PERMISSION_DENIED'])
    }
    assert.equal((await scene.find(sessionId, operator)).status, 200)
    const retrieve = async (headers: Readonly<Record<string, string>>) =>
      (await scene.send<object[]>('POST', `${qodPath}/retrieve-sessions`, { device: asked.device }, headers)).body
        .length
    assert.deepEqual([await retrieve({}), await retrieve(west), await retrieve(operator)], [1, 0, 1])
  })

  test('has devices only where the operator lets it, so many sessions, and so many tries a minute', async () => {
    const scene = new QodScene()
    const away = await scene.create({}, west)
    assert.deepEqual([away.status, away.body.code], [403, 'PERMISSION_DENIED'])
    const to = (last: number) => ({ applicationServer: { ipAddresses: [`10.2.7.${last}`] } })
    for (let last = 1; last <= 3; last++) assert.equal((await scene.there(to(last))).qosStatus, 'AVAILABLE')
    const many = await scene.create(to(4))
    assert.deepEqual(
      [many.status, many.body.code, many.body.message],
      [429, 'QUOTA_EXCEEDED', '3 sessions are there, as many as you may have'],
    )
    assert.equal((await scene.create(to(4), operator)).status, 201)
    assert.match((await scene.create(to(5), operator)).body.message!, /^4 sessions are there/)
    await scene.settled()
    for (const { sessionId } of (
      await scene.send<{ sessionId: string }[]>(
        'POST',
        `${qodPath}/retrieve-sessions`,
        { device: asked.device },
        operator,
      )
    ).body)
      await scene.send('DELETE', `${qodPath}/sessions/${sessionId}`, undefined, operator)
    await scene.settled()
    for (let tries = 0; tries < asksPerMinute; tries++) await scene.create({ qosProfile: 'QOS_XL' })
    const often = await scene.create()
    assert.deepEqual([often.status, often.body.code], [429, 'TOO_MANY_REQUESTS'])
  })

  test('hears what is wrong with a body that is thousands deep', async () => {
    const scene = new QodScene()
    const deep = '['.repeat(30_000) + ']'.repeat(30_000)
    const { status, body } = await scene.send('POST', `${qodPath}/sessions`, deep)
    assert.deepEqual(
      [status, body.code, body.message],
      [400, 'INVALID_ARGUMENT', 'the body must be keys with values, got lists or keys, thousands deep'],
    )
    assert.equal((await scene.send('POST', `${qodPath}/retrieve-sessions`, `{"device":${deep}}`)).status, 400)
  })

  test('hears that the disk is full, and nothing has begun then', async () => {
    const scene = new QodScene()
    scene.control.isFull = true
    const { status, body } = await scene.create()
    assert.deepEqual([status, body.code, scene.lines.keeper.kept.size], [503, 'UNAVAILABLE', 0])
  })
})

import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { BirdRouter, FrrRouter, RouterError } from '../src/index.ts'
import { listening } from './fixtures/listening.ts'

const prefix = '10.16.0.0/16'
const neighbour = '10.9.0.1'

describe('what FRR tells a neighbour', () => {
  const advertisedTo = { [neighbour]: {} }
  /** `sent`: how many routes the neighbour is told of; `of`: what is said of the prefix. */
  async function frr(
    t: TestContext,
    sent: number,
    of: object = { prefix, paths: [], advertisedTo },
  ): Promise<{ readonly router: FrrRouter; readonly asked: string[] }> {
    const asked: string[] = []
    const answers: Readonly<Record<string, object>> = {
      [`show bgp ipv4 unicast ${prefix} json`]: of,
      'show bgp ipv4 unicast 10.16.1.0/24 json': { prefix, paths: [], advertisedTo },
      [`show bgp neighbors ${neighbour} json`]: {
        [neighbour]: {
          remoteAs: 64600,
          localAs: 64512,
          addressFamilyInfo: { ipv4Unicast: { sentPrefixCounter: sent } },
        },
      },
      [`show bgp ipv4 unicast neighbors ${neighbour} advertised-routes json`]: {
        advertisedRoutes: { [prefix]: { nextHop: '0.0.0.0', metric: 10, path: '64701' } },
      },
      'show bgp summary json': { ipv4Unicast: { as: 64512, routerId: '10.0.0.1' } },
    }
    const path = await listening(t, '', (socket, question) => {
      const text = question.slice(0, -1)
      if (text !== 'enable') asked.push(text)
      socket.write(`${text === 'enable' ? '' : JSON.stringify(answers[text] ?? {})}\0\0\0\0`)
    })
    const router = new FrrRouter(dirname(path))
    t.after(() => router.close())
    return { router, asked }
  }

  test('comes from its whole Adj-RIB-Out where that is small', async (t) => {
    const { router } = await frr(t, 5000)
    assert.deepEqual(await router.advertised(neighbour, prefix), {
      prefix,
      nextHop: '0.0.0.0',
      asPath: [64512, 64701],
      largeCommunities: [],
      med: 10,
    })
  })

  test('is looked for in each path where a neighbour has ADD-PATH (RFC 7911)', async (t) => {
    const { router } = await frr(t, 1, { prefix, paths: [{ advertisedTo: {} }, { advertisedTo }] })
    assert.equal((await router.advertised(neighbour, prefix))?.med, 10)
  })

  test('is not known where that is large, though the neighbour is told of the prefix', async (t) => {
    const { router, asked } = await frr(t, 40_000)
    await assert.rejects(router.advertised(neighbour, prefix), (error) => {
      assert.ok(error instanceof RouterError && error.code === 'unsupported')
      return /^is told of it, .* 40000 routes together; up to 5000 are asked for$/.test(error.message)
    })
    assert.ok(!asked.some((text) => text.includes('advertised-routes')), asked.join('; '))
  })

  test('is nothing of a prefix that only a wider one covers, nor to another neighbour', async (t) => {
    const { router } = await frr(t, 40_000)
    assert.equal(await router.advertised(neighbour, '10.16.1.0/24'), undefined)
    assert.equal(await router.advertised('10.9.1.1', prefix), undefined)
  })
})

test('a protocol of BIRD that is down or of the other family is told nothing, and that is no error', async (t) => {
  const socket = await listening(t, '0001 BIRD 2.0.12 ready.\n', (connection, question) => {
    connection.write(question.includes('export transit6') ? '9001 No valid tables\n' : '9001 syntax error\n')
  })
  const router = new BirdRouter({ socket, policyFile: '' })
  t.after(() => router.close())
  assert.equal(await router.advertised('transit6', prefix), undefined)
  await assert.rejects(router.advertised('transit', prefix), /syntax error/)
})

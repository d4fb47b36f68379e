import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { describe, test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { openScene } from './scene.ts'

async function scene(t: TestContext, ...rest: Parameters<typeof openScene>) {
  const opened = await openScene(...rest)
  t.after(opened.close)
  return opened
}

const problemType = (reason: string): string => `urn:vagus:problem:${reason}`
const answererOf = ({ headers }: Response): string => {
  assert.equal(headers.get('vagus_answered_by'), null)
  return headers.get('vagus-answered-by') ?? ''
}
const taskIn = async (response: Response) =>
  ((await response.json()) as { result: { task: { id: string; contextId: string } } }).result.task
const problemIn = async (response: Response) => (await response.json()) as { type: string; detail: string }

describe('calls by skill', () => {
  test('go to every agent that has it, and the answer says to which', async (t) => {
    const { send, workers } = await scene(t, ['@lookup'], [{}, {}, {}, { skills: ['other'] }])
    const answerers = []
    for (let at = 0; at < 6; at++) answerers.push(answererOf(await send()))
    const ids = workers.slice(0, 3).map(({ id }) => id)
    assert.deepEqual(answerers.toSorted(), [...ids, ...ids].toSorted())
    assert.deepEqual(
      workers.map(({ executed }) => executed.length),
      [2, 2, 2, 0],
    )
  })
  test('a task, a context and a message stay with the agent that has them, after a restart of the side-car, too', async (t) => {
    const { send, getTask, restart, workers } = await scene(t, ['@lookup'], [{}, {}, {}])
    const began = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const messageId = randomUUID()
        const response = await send({ messageId })
        return { messageId, answerer: answererOf(response), ...(await taskIn(response)) }
      }),
    )
    assert.equal(new Set(began.map(({ answerer }) => answerer)).size, 3)
    for (const turn of ['before', 'after']) {
      for (const { messageId, answerer, id, contextId } of began) {
        assert.equal(answererOf(await getTask(id)), answerer, turn)
        assert.equal(answererOf(await send({ contextId })), answerer, turn)
        assert.equal(answererOf(await send({ taskId: id, contextId: 'another' })), answerer, turn)
        assert.equal(answererOf(await send({ messageId })), answerer, turn)
      }
      await restart()
    }
    assert.ok(workers.every(({ executed }) => executed.length > 0))
  })
  test('of one new context at the same time all go to one agent', async (t) => {
    const { send } = await scene(t, ['@lookup'], [{}, {}, {}])
    const responses = await Promise.all(Array.from({ length: 12 }, () => send({ contextId: 'ours' })))
    assert.equal(new Set(responses.map(answererOf)).size, 1)
  })
  test('a task that no agent is known to have is nobody’s, unless there is one agent', async (t) => {
    const several = await scene(t, ['@lookup'], [{}, {}])
    const response = await several.getTask('unknown')
    assert.equal(response.status, 404)
    const { type, detail } = await problemIn(response)
    assert.equal(type, problemType('unknown-holder'))
    assert.match(detail, /which of 2 agents with skill:report\.write has this task \(unknown\)/)
    const single = await scene(t, ['@lookup'], [{}])
    assert.equal(answererOf(await single.getTask('unknown')), single.workers[0]!.id)
  })
  test('go to the next agent where one is gone; what the one that is gone has waits for it', async (t) => {
    const { send, getTask, workers } = await scene(t, ['@lookup'], [{}, {}])
    const began = [await send(), await send()]
    const [gone, other] = workers
    const [held] = began.filter((response) => answererOf(response) === gone!.id)
    const { id } = await taskIn(held!)
    gone!.kill()
    for (let at = 0; at < 5; at++) assert.equal(answererOf(await send()), other!.id)
    const response = await getTask(id)
    assert.equal(response.status, 503)
    const { type, detail } = await problemIn(response)
    assert.equal(type, problemType('unreachable'))
    assert.ok(detail.startsWith(`${gone!.id}, which has what this belongs to, is not reached: `), detail)
    await gone!.open()
    assert.equal(answererOf(await getTask(id)), gone!.id)
  })
  test('where a server does not run, the next try of the message goes to another agent, and is executed once', async (t) => {
    const { send, workers } = await scene(t, ['@lookup'], [{}, {}])
    await Promise.all([send(), send()])
    workers[0]!.endServer()
    const sent = await Promise.all(['m', 'n'].map((messageId) => send({ messageId })))
    const [refused] = sent.filter(({ status }) => status !== 200)
    assert.equal((await problemIn(refused!)).type, problemType('server-down'))
    for (const messageId of ['m', 'n']) assert.equal(answererOf(await send({ messageId })), workers[1]!.id)
    assert.deepEqual(workers[1]!.executed.slice(1).toSorted(), ['m', 'n'])
    for (let at = 0; at < 4; at++)
      assert.equal(answererOf(await send()), workers[1]!.id, 'the other is doubted for a while')
  })
  test('are not spread to an agent that has nothing at the path of the message', async (t) => {
    const listener = (): RequestListener => (_, response) => void response.writeHead(404).end()
    const { send, workers } = await scene(t, ['@lookup'], [{}, { listener }])
    const answerers: string[] = []
    for (let at = 0; at < 8; at++) answerers.push(answererOf(await send()))
    assert.ok(answerers.filter((id) => id === workers[1]!.id).length <= 1)
  })
  test('by role, and by a name written with escapes', async (t) => {
    const { send, workers } = await scene(t, ['@lookup'], [{}])
    for (const word of ['role:worker', 'role%3Aworker', 'skill%3Areport.write'])
      assert.equal(answererOf(await send({}, word)), workers[0]!.id)
  })
  test('what is no claim is refused with what would be right, and never the alias of an agent', async (t) => {
    const alsoKnownAs = ['skill:Thief', 'skill:report.read']
    const { send, workers } = await scene(t, ['@lookup'], [{ alsoKnownAs }])
    const wrong = await send({}, 'skill:Thief')
    assert.equal(wrong.status, 400)
    assert.match((await problemIn(wrong)).detail, /"skill:Thief" must be skill: and lower-case words/)
    const none = await send({}, 'skill:report.read')
    assert.equal(none.status, 404)
    assert.match((await problemIn(none)).detail, /did you mean skill:report\.write\?/)
    assert.deepEqual(workers[0]!.executed, [])
  })
})

describe('who is believed', () => {
  test('no agent that --find does not name is called, however often, whatever it claims', async (t) => {
    const { send, getTask, workers } = await scene(t, ['worker-1', 'skill:other=worker-2'], [{}, {}, {}])
    for (let at = 0; at < 20; at++) assert.equal(answererOf(await send()), workers[1]!.id)
    workers[1]!.kill()
    const response = await send()
    assert.ok(response.status >= 400)
    await getTask('unknown')
    assert.deepEqual(
      workers.map(({ executed }) => executed.length),
      [0, 20, 0],
    )
  })
  test('what an agent has that --find names no longer is asked of others, and it is not called', async (t) => {
    const { send, getTask, restart, workers } = await scene(t, ['worker-0'], [{}, {}])
    const { id, contextId } = await taskIn(await send())
    await restart(['worker-1'])
    assert.equal(answererOf(await send({ contextId })), workers[1]!.id)
    assert.equal(answererOf(await getTask(id)), workers[1]!.id)
    await restart(['worker-0', 'worker-1'])
    assert.equal(answererOf(await send({ contextId })), workers[1]!.id, 'it has moved for good')
    assert.equal(workers[0]!.executed.length, 1)
  })
  test('where nobody is, those who claim it are named with what would be right', async (t) => {
    const { send, workers } = await scene(t, ['@host'], [{}])
    const response = await send()
    assert.equal(response.status, 404)
    const { type, detail } = await problemIn(response)
    assert.equal(type, problemType('unknown-agent'))
    assert.ok(detail.includes(`worker-0 (${workers[0]!.id}) claims it, and --find does not name them: --find did:key:`))
    assert.deepEqual(workers[0]!.executed, [])
  })
})

describe('what is no new message', () => {
  test('stays with one agent: card, requests and sessions of MCP', async (t) => {
    let sessions = 0
    const listener = (): RequestListener => (request, response) => {
      request.resume()
      if (request.headers['mcp-session-id'] === undefined && request.method === 'POST')
        response.setHeader('mcp-session-id', `s${++sessions}`)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ url: `http://${request.headers.host}/rpc`, capabilities: {} }))
    }
    const { url, workers } = await scene(t, ['@lookup'], [{ listener }, { listener }, { listener }])
    const here = `${url()}/agents/skill:report.write`
    const get = async (path: string) => answererOf(await fetch(`${here}${path}`))
    const at = await Promise.all(['/a', '/b', '/c', '/.well-known/agent-card.json'].map(get))
    assert.equal(new Set(at).size, 1, 'the first ones, too, that come at once')
    const [holder] = at
    const card = (await (await fetch(`${here}/.well-known/agent-card.json`)).json()) as { url: string }
    assert.equal(card.url, `${here}/rpc`)
    const begun = await fetch(`${here}/mcp`, { method: 'POST', body: '{}' })
    assert.equal(answererOf(begun), holder)
    const ofSession = (id: string) => fetch(`${here}/mcp`, { headers: { 'mcp-session-id': id } })
    assert.equal(answererOf(await ofSession('s1')), holder)
    workers.find(({ id }) => id === holder)!.kill()
    const next = await get('/a')
    assert.ok(next !== holder && next !== '')
    assert.equal(await get('/b'), next)
    assert.ok((await ofSession('s1')).status >= 400, 'a session does not move')
    assert.equal((await ofSession('other')).status, 404, 'a client of MCP begins a new session then')
  })
})

/** What a program and the agents did, in the order of the events. */
class Course {
  readonly #scene: Awaited<ReturnType<typeof openScene>>
  readonly #up = [true, true, true]
  readonly #began: { messageId: string; answerer: string; id: string }[] = []

  constructor(opened: Awaited<ReturnType<typeof openScene>>) {
    this.#scene = opened
  }

  #isUp(answerer: string): boolean {
    return this.#up[this.#scene.workers.findIndex(({ id }) => id === answerer)]!
  }

  async kill(at: number): Promise<void> {
    this.#up[at] = false
    this.#scene.workers[at]!.kill()
  }

  async open(at: number): Promise<void> {
    if (!this.#up[at]!) await this.#scene.workers[at]!.open()
    this.#up[at] = true
  }

  async restart(): Promise<void> {
    await this.#scene.restart()
  }

  async send(): Promise<void> {
    const messageId = randomUUID()
    const response = await this.#scene.send({ messageId })
    assert.equal(response.status === 200, this.#up.includes(true))
    if (response.status !== 200) return
    const answerer = answererOf(response)
    assert.ok(this.#isUp(answerer))
    this.#began.push({ messageId, answerer, id: (await taskIn(response)).id })
  }

  async again(what: 'task' | 'message', at: number): Promise<void> {
    const before = this.#began[at % this.#began.length]
    if (before === undefined) return
    const { answerer, id, messageId } = before
    const response = await (what === 'task' ? this.#scene.getTask(id) : this.#scene.send({ messageId }))
    // A response that was kept is given again even where its agent is gone.
    if (response.status === 200) assert.equal(answererOf(response), answerer)
    else assert.ok(!this.#isUp(answerer))
  }

  check(): void {
    for (const { messageId, answerer } of this.#began)
      for (const { id, executed } of this.#scene.workers) assert.ok(id === answerer || !executed.includes(messageId))
  }
}

type Event = (course: Course) => Promise<void>
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Event>((course) => course.send()) },
  {
    weight: 3,
    arbitrary: fc.nat(20).map(
      (at): Event =>
        (course) =>
          course.again('task', at),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(20).map(
      (at): Event =>
        (course) =>
          course.again('message', at),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(2).map(
      (at): Event =>
        (course) =>
          course.kill(at),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(2).map(
      (at): Event =>
        (course) =>
          course.open(at),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Event>((course) => course.restart()) },
)

test('after any order of calls, ends and restarts no message has gone to two agents, and each task is where it began', () =>
  fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
      const opened = await openScene(['@lookup'], [{}, {}, {}])
      const course = new Course(opened)
      try {
        for (const each of events) await each(course)
        course.check()
      } finally {
        opened.close()
      }
    }),
    { numRuns: 25 },
  ))

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { StreamResponse } from '@a2a-js/sdk'
import type { Tool } from '@modelcontextprotocol/client'
import { A2aPage } from '../src/call/a2a-page.ts'
import { callTool, toolsText } from '../src/call/call-tool.ts'
import { argumentsOfPairs, pairOf } from '../src/call/tool-arguments.ts'
import { Page } from '../src/call/page.ts'
import { terminalPaint } from '../src/paint.ts'
import { sideCarFailure } from '../src/call/side-car-problem.ts'
import { Failure } from '../src/failure.ts'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

type Form = 'text' | 'json'
interface Shown {
  readonly out: string
  readonly err: string
  readonly failure: Failure | undefined
}

/** What is printed of events in the JSON of A2A 1.0. */
function shown(events: readonly object[], more: { readonly live?: boolean; readonly form?: Form } = {}): Shown {
  const { terminal, written } = recorded()
  const page = new Page({ ...terminal, live: more.live ?? false, person: more.live ?? false }, more.form ?? 'text')
  const answer = new A2aPage('writer', page)
  for (const event of events) answer.add(StreamResponse.fromJSON(event))
  try {
    answer.end()
    return { ...written, failure: undefined }
  } catch (error) {
    assert.ok(error instanceof Failure)
    return { ...written, failure: error }
  }
}

const status = (state: string, text?: string): object => ({
  statusUpdate: {
    taskId: 't',
    contextId: 'c',
    status: {
      state: `TASK_STATE_${state}`,
      ...(text === undefined ? {} : { message: { messageId: text, role: 'ROLE_AGENT', parts: [{ text }] } }),
    },
  },
})
const artifact = (text: string, append: boolean, artifactId = 'out'): object => ({
  artifactUpdate: { taskId: 't', contextId: 'c', artifact: { artifactId, parts: [{ text }] }, append },
})

describe('an A2A answer', () => {
  test('has parts of an artifact in one piece on stdout, and states on stderr', () => {
    const { out, err, failure } = shown([
      status('WORKING'),
      artifact('one ', false),
      status('WORKING', 'half'),
      artifact('two', true),
      status('COMPLETED'),
    ])
    assert.equal(out, 'one two\n')
    assert.equal(err, 'writer: working\nwriter: working: half\nwriter: completed\n')
    assert.equal(failure, undefined)
  })
  test('keeps talk out of the middle of a line on a terminal, and takes away what would move its cursor', () => {
    const { out } = shown(
      [artifact('one\u001b[2J\ttwo\r\n', false), artifact('three', true), status('COMPLETED', 'good')],
      {
        live: true,
      },
    )
    assert.equal(out, 'one?[2J\ttwo\nthree\ngood\n')
  })
  test('begins each artifact on a line of its own, and prints each once', () => {
    const artifacts = ['a', 'b'].map((artifactId) => ({ artifactId, parts: [{ text: artifactId }] }))
    const task = { task: { id: 't', contextId: 'c', status: { state: 'TASK_STATE_COMPLETED' }, artifacts } }
    assert.equal(shown([artifact('a', false, 'a'), artifact('b', false, 'b'), task]).out, 'a\nb\n')
    assert.equal(shown([task]).out, 'a\nb\n')
  })
  test('may be a message, data, an address or a file', () => {
    const parts = [
      { text: 'see:' },
      { data: { a: 1 } },
      { url: 'https://a.example' },
      { raw: 'AAAA', filename: 'x.bin' },
    ]
    const { out, err } = shown([{ message: { messageId: 'm', role: 'ROLE_AGENT', parts } }])
    assert.equal(out, 'see:\n{"a":1}\nhttps://a.example\n')
    assert.match(err, /a file of 3 octets \(x\.bin\), left out/)
  })
  test('that is no good end is a failure with 1, and says why', () => {
    const failed = shown([status('FAILED', 'the disk\nis full\u001b')]).failure
    assert.deepEqual([failed?.exit, failed?.message], [1, 'the task of writer ended failed: the disk is full?'])
    const waits = shown([status('INPUT_REQUIRED', 'which week?')])
    assert.equal(waits.out, 'which week?\n')
    assert.match(waits.failure!.message, /waits: input-required/)
    assert.match(shown([]).failure!.message, /ended without an answer/)
    assert.match(shown([status('WORKING')]).failure!.message, /ended working/)
  })
  test('leaves text and talk out where events are printed as JSON', () => {
    const { out, err } = shown([artifact('one', false), status('COMPLETED')], { form: 'json' })
    assert.deepEqual([out, err], ['', ''])
  })
})

describe('a problem of a side-car', () => {
  for (const [reason, exit, fix] of [
    ['unknown-agent', 2, /vagus agent ls/],
    ['unreachable', 3, /vagus agent show writer/],
    ['server-down', 3, /vagus run --a2a URL/],
    ['refused', 4, /vagus run --allow/],
    ['wrong-peer', 4, /vagus agent show writer/],
    ['other-version', 1, /update the older.*vagus version/],
    ['no-token', 4, /\/t\/TOKEN/],
    ['not-exposed', 1, /--mcp URL/],
    ['bad-request', 2, /vagus agent call --help/],
    ['wrong-host', 2, /127\.0\.0\.1/],
    ['interrupted', 1, /try again/],
    ['too-large', 1, /send less/],
    ['another-one', 1, /^$/],
  ] as const)
    test(`${reason} ends with ${exit}, and says what would help`, () => {
      const problem = { type: `urn:vagus:problem:${reason}`, title: 'T', status: 500, detail: 'because' }
      const failure = sideCarFailure(problem, 'writer')
      assert.deepEqual([failure?.exit, failure?.message], [exit, `writer: because (${reason})`])
      assert.match(failure!.fix, fix)
    })
  test('of a skill names the command that lists who claims it, and says the skill once', () => {
    const type = 'urn:vagus:problem:unknown-agent'
    const failure = sideCarFailure({ type, detail: 'no agent that may answer claims skill:a.b' }, 'skill:a.b')
    assert.equal(failure?.message, 'no agent that may answer claims skill:a.b (unknown-agent)')
    assert.match(failure.fix, /--find LIST.*vagus agent ls --skill a\.b$/)
  })
  test('of a look-up is not taken for one of the agent', () => {
    const type = 'urn:vagus:problem:unreachable'
    const failure = sideCarFailure({ type, detail: '"writer" cannot be looked up: no controller answers' }, 'writer')
    assert.match(failure!.fix, /^mend what failed there/)
    assert.match(sideCarFailure({ type, detail: 'no address answers' }, 'writer')!.fix, /does its side-car run/)
  })
  test('is told from one of the server behind it', () => {
    assert.equal(sideCarFailure({ type: 'about:blank', detail: 'because' }, 'writer'), undefined)
    assert.equal(sideCarFailure('no', 'writer'), undefined)
  })
})

describe('the tools of an agent', () => {
  const tool = (name: string, properties: Tool['inputSchema']['properties'], required: string[] = []): Tool => ({
    name,
    description: `${name} does what its name says, and more than fits a narrow line of a terminal\nand more`,
    inputSchema: { type: 'object', properties, required },
  })
  const tools = [
    tool('add', { a: { type: 'number' }, b: { type: 'number' } }, ['a']),
    tool('summarise-everything', { text: {}, language: { type: 'string' } }, ['text']),
    tool('ping', undefined),
  ]
  for (const columns of [80, 100])
    test(`fit ${columns} columns, with all that they take`, () => {
      const text = toolsText(tools, columns, (head) => head)
      for (const line of text.split('\n')) assert.ok(line.length <= columns, line)
      assert.match(text, /^add {2}a: number, b\?: number\n {2}add does what[^…]*terminal\n/)
      assert.match(text, /\nping {2}nothing\n {2}ping/)
    })
  test('take further lines that stand below their name', () => {
    const many = Array.from({ length: 9 }, (_, at) => [`argument${at}`, { type: 'string' }] as const)
    const tool: Tool = { name: 'commit', inputSchema: { type: 'object', properties: Object.fromEntries(many) } }
    const [first, ...more] = toolsText([tool], 60, (head) => head).split('\n')
    assert.match(first!, /^commit {2}argument0/)
    assert.match(more[0]!, /^ {6}argument/)
  })
  test('have their names in bold on a terminal', () => {
    const { terminal, written } = recorded()
    const page = new Page({ ...terminal, live: true, person: true }, 'text')
    page.own(toolsText([{ name: 'add', inputSchema: { type: 'object' } }], 80, terminalPaint.strong))
    assert.equal(written.out, '\u001b[1madd\u001b[22m  nothing\n')
  })
  test('may be none', () =>
    assert.equal(
      toolsText([], 80, (head) => head),
      'it has no tools',
    ))
})

describe('arguments of a tool as words', () => {
  const commit: Tool = {
    name: 'commit',
    inputSchema: {
      type: 'object',
      properties: {
        commands: { type: 'array', items: { type: 'string' } },
        comment: { type: 'string' },
        confirmWithin: { type: 'integer' },
        share: { type: 'number' },
        dry: { type: 'boolean' },
        more: {},
      },
    },
  }
  const taken = (...words: string[]): object => argumentsOfPairs(commit, words.map(pairOf))

  test('are of the type that the schema says', () => {
    assert.deepEqual(taken('commands=interface eth1', 'commands=description a=b', 'comment=7', 'confirmWithin=10'), {
      commands: ['interface eth1', 'description a=b'],
      comment: '7',
      confirmWithin: 10,
    })
    assert.deepEqual(taken('share=0.5', 'dry=true', 'more={"a":[1]}'), { share: 0.5, dry: true, more: { a: [1] } })
    assert.deepEqual(taken('more=plain', 'comment='), { more: 'plain', comment: '' })
  })
  for (const [words, says] of [
    [['comand=x'], /commit takes no "comand"/],
    [['toString=x'], /commit takes no "toString"/],
    [['__proto__=x'], /commit takes no "__proto__"/],
    [['confirmWithin=10s'], /"confirmWithin" must be a whole number, got "10s"/],
    [['confirmWithin=1.5'], /a whole number/],
    [['share='], /"share" must be a number/],
    [['dry=yes'], /true or false/],
    [['comment=a', 'comment=b'], /"comment" takes one value/],
    [['=x'], /not an argument/],
  ] as const)
    test(`are refused: ${words.join(' ')}`, () => {
      assert.throws(
        () => taken(...words),
        (error) => error instanceof Failure && error.exit === 2 && says.test(error.message),
      )
    })
})

describe('vagus agent call', () => {
  for (const [words, says] of [
    [['writer', 'hello', '--tools'], /exclude each other/],
    [['writer', '--with', '{}'], /none is named.*--tool or --skill/s],
    [['writer', '--skill', 'order', '--tool', 'add'], /exclude each other/],
    [['writer', '--skill', 'order', 'a=1', 'a=2'], /"a" takes one value/],
    [['writer', '--skill', 'order', 'a=1', '--with', '{}'], /exclude each other/],
    [['writer', 'two', 'words'], /"words" is one word too many.*quotes/s],
    [['writer', '--tool', 'add', 'a'], /"a" is not an argument of a tool.*KEY=VALUE/s],
    [['writer', '--tool', 'add', 'a=1', '--with', '{}'], /exclude each other/],
    [['writer', '--tool', 'add', '--tools'], /exclude each other/],
    [['writer', '--tool', 'add', '--with', '[1]'], /--with must be a JSON object, got \[1\]/],
    [['writer', '--tool', 'add', '--with', '{'], /--with must be a JSON object/],
    [['writer', ' '], /the text is empty/],
    [['writer', 'hello', '--side-car', 'http://127.0.0.1:1', '--as', 'me'], /has its own name and look-up/],
    [['writer', 'hello', '--side-car', 'nonsense'], /is not an address of a side-car/],
  ] as const)
    test(`is not begun with ${words.slice(1).join(' ')}`, async () => {
      const around = recorded()
      assert.equal(await run(registry, ['agent', 'call', ...words], around), 2)
      assert.match(around.written.err, says)
    })
})

/** Of an MCP server behind a side-car whose roster gives tools another service than the rest of a session. */
const results: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'calc', version: '1' },
  },
  'tools/call': { content: [{ type: 'text', text: '3' }] },
}

async function answerAsServer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = await text(request)
  const { id, method = '' } = (asked === '' ? {} : JSON.parse(asked)) as {
    readonly id?: number
    readonly method?: string
  }
  response.setHeader('vagus-service', method === 'tools/call' ? 'safety' : 'control')
  if (id === undefined) return void response.writeHead(request.method === 'POST' ? 202 : 405).end()
  const result = results[method]
  const answer = result === undefined ? { error: { code: -32_601, message: 'no such method' } } : { result }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
}

test('a call of a tool says the service that it got, not that of what began its session', async (t) => {
  const sideCar = createServer((request, response) => void answerAsServer(request, response))
  sideCar.listen(0, '127.0.0.1')
  await once(sideCar, 'listening')
  t.after(() => {
    sideCar.close()
    sideCar.closeAllConnections()
  })
  const { terminal, written } = recorded()
  const calling = {
    agent: 'calc',
    sideCar: `http://127.0.0.1:${(sideCar.address() as AddressInfo).port}`,
    page: new Page(terminal, 'text'),
    signal: new AbortController().signal,
  }
  await callTool(calling, 'add', { a: 1, b: 2 })
  assert.deepEqual([written.out, written.err], ['3\n', 'service: safety\n'])
})

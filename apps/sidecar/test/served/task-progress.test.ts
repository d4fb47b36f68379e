import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  afterEvent,
  missingEvents,
  noProgress,
  type StreamEvent,
  type TaskProgress,
} from '../../src/served/task-progress.ts'

type Part = { readonly text: string }
type Artifacts = Map<string, Part[]>
const status = (state: string, at: number, messageId?: string) => ({
  state: `TASK_STATE_${state}`,
  timestamp: new Date(at).toISOString(),
  ...(messageId === undefined ? {} : { message: { messageId, role: 'ROLE_AGENT' } }),
})
const task = (artifacts: Artifacts, now: object, history: readonly object[] = []) => ({
  id: 't',
  contextId: 'c',
  status: now,
  history,
  artifacts: [...artifacts].map(([artifactId, parts]) => ({ artifactId, parts })),
})
const update = (artifactId: string, parts: readonly Part[], append: boolean): StreamEvent => ({
  artifactUpdate: { taskId: 't', contextId: 'c', artifact: { artifactId, parts }, append },
})
const told = (events: readonly StreamEvent[], from: TaskProgress = noProgress): TaskProgress =>
  events.reduce(afterEvent, from)
/** What a reader puts together. */
function assembled(events: readonly StreamEvent[]): Artifacts {
  const artifacts: Artifacts = new Map()
  for (const { artifactUpdate } of events as readonly {
    artifactUpdate?: { artifact: { artifactId: string; parts: Part[] }; append?: boolean }
  }[]) {
    if (artifactUpdate === undefined) continue
    const { artifact, append } = artifactUpdate
    const before = append === true ? (artifacts.get(artifact.artifactId) ?? []) : []
    artifacts.set(artifact.artifactId, [...before, ...artifact.parts])
  }
  return artifacts
}

describe('what is missing of the stream of a task', () => {
  test('is nothing when everything was told', () => {
    const events = [
      { task: task(new Map(), status('SUBMITTED', 1)) },
      update('a', [{ text: '1' }], false),
      { statusUpdate: { taskId: 't', status: status('COMPLETED', 2) } },
    ]
    const progress = told(events)
    assert.deepEqual(missingEvents(progress, task(new Map([['a', [{ text: '1' }]]]), status('COMPLETED', 2))), [])
    assert.ok(progress.over)
  })
  test('is the rest of the parts, also where parts are alike', () => {
    const same = { text: 'a' }
    const progress = told([update('x', [same], false), update('x', [same, same], true)])
    const [missing, ...more] = missingEvents(progress, task(new Map([['x', [same, same, same, same]]]), {}))
    assert.deepEqual(assembled([update('x', [same, same, same], false), missing!]).get('x')?.length, 4)
    assert.equal(more.length, 1) // the status
  })
  test('is the whole artifact where the server replaced it', () => {
    const progress = told([update('x', [{ text: 'old' }, { text: 'older' }], false)])
    const [missing] = missingEvents(progress, task(new Map([['x', [{ text: 'new' }]]]), {}))
    assert.deepEqual(missing, {
      artifactUpdate: {
        taskId: 't',
        contextId: 'c',
        artifact: { artifactId: 'x', parts: [{ text: 'new' }] },
        append: false,
        lastChunk: false,
      },
    })
  })
  test('is what the agent said meanwhile, each message once', () => {
    const progress = told([
      { task: task(new Map(), status('WORKING', 1)) },
      { statusUpdate: { taskId: 't', status: status('WORKING', 2, 'm1') } },
    ])
    const history = ['m1', 'm2', 'm3'].map((messageId) => ({ messageId, role: 'ROLE_AGENT' }))
    const snapshot = task(new Map(), status('WORKING', 4, 'm3'), [{ messageId: 'u1', role: 'ROLE_USER' }, ...history])
    const missing = missingEvents(progress, snapshot) as {
      statusUpdate: { status: { message: { messageId: string } } }
    }[]
    assert.deepEqual(
      missing.map(({ statusUpdate }) => statusUpdate.status.message.messageId),
      ['m2', 'm3'],
    )
    assert.deepEqual(missingEvents(told(missing, progress), snapshot), [])
  })
  test('makes the reader whole from any cut, and then nothing is missing', () => {
    const event = fc.record({
      id: fc.constantFrom('a', 'b'),
      parts: fc.array(fc.constantFrom({ text: '1' }, { text: '2' }), { minLength: 1, maxLength: 3 }),
      append: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.nat(12), (drawn, cut) => {
        const events = drawn.map(({ id, parts, append }) => update(id, parts, append))
        const whole = assembled(events)
        const before = events.slice(0, cut)
        const missing = missingEvents(told(before), task(whole, {})).filter((each) => 'artifactUpdate' in each)
        assert.deepEqual(assembled([...before, ...missing]), whole)
        assert.deepEqual(
          missingEvents(told([...before, ...missing]), task(whole, {})).filter((each) => 'artifactUpdate' in each),
          [],
        )
      }),
    )
  })
})

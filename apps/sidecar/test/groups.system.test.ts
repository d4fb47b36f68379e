/** Four side-cars as processes that talk to a role: one is killed and comes back, one is put out in the middle. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Member } from '@vagus/identity'
import { fieldsOf, EventSplitter } from '@vagus/wire/event-stream'
import { eventually } from '../../../scripts/eventually.ts'
import { agentsAt, testFleet, type TestFleet } from './fleet.ts'
import type { Started } from './started.ts'

const policies = `
@id("all") permit (principal, action, resource);
@id("readers only read") forbid (principal in Role::"reader", action == Action::"publish", resource);
`
const names = ['ann', 'bob', 'cat', 'dan'] as const
type Name = (typeof names)[number]
let fleet: TestFleet
let members: readonly Member[]
const sides = new Map<Name, Started>()

const groupsAt = (name: Name): string => agentsAt(sides.get(name)!).replace(/agents\/$/, 'groups/')
const send = (name: Name, text: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${groupsAt(name)}operator`, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'text/plain', ...headers },
  })

interface Got {
  readonly text: string
  readonly from: { readonly agent: string; readonly member: string | null; readonly roles: readonly string[] }
}

/** A program that listens, and begins again behind the last event where its connection breaks. */
class Listener {
  readonly got: Got[] = []
  readonly others: string[] = []
  readonly #name: Name
  readonly #closing = new AbortController()
  #last = 'oldest'

  constructor(name: Name) {
    this.#name = name
    void this.#run()
  }

  texts(): readonly string[] {
    return this.got.map(({ text }) => text)
  }

  close(): void {
    this.#closing.abort()
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#listen().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #listen(): Promise<void> {
    const headers = this.#last === '' ? {} : { 'last-event-id': this.#last }
    const response = await fetch(`${groupsAt(this.#name)}operator`, { headers, signal: this.#closing.signal })
    if (!response.ok) return
    const splitter = new EventSplitter(1 << 22)
    for await (const part of response.body!)
      for (const octets of splitter.push(part)) {
        const { type, id, data } = fieldsOf(octets)
        if (id !== undefined) this.#last = id
        if (type === '' && data !== undefined) this.got.push(JSON.parse(data) as Got)
        else if (type !== '') this.others.push(`${type} ${data}`)
      }
  }
}

const run = async (name: Name): Promise<void> => {
  sides.set(name, await fleet.run(name, ['--roster', fleet.owner]))
}

before(async () => {
  fleet = await testFleet()
  members = names.map((name) => ({ id: fleet.id(name), name, roles: ['operator'] }))
  members = [...members, { id: fleet.id('eve'), name: 'eve', roles: ['reader', 'operator'] }]
  assert.equal((await fleet.publish(fleet.sign(members, policies))).status, 201)
  await Promise.all(names.map(run))
})
after(() => fleet.close())

describe('a group of four', { concurrency: false }, () => {
  const listeners = new Map<Name, Listener>()
  const expected = new Map<Name, string[]>(names.map((name) => [name, []]))
  let count = 0
  const sendFrom = async (name: Name, readers: readonly Name[]): Promise<void> => {
    const text = `${name} ${count++}`
    const response = await send(name, text)
    assert.equal(response.status, 202, await response.clone().text())
    for (const reader of readers) if (reader !== name) expected.get(reader)!.push(text)
  }
  const allHave = (readers: readonly Name[]): Promise<unknown> =>
    eventually(
      () =>
        readers
          .map((name) => `${name}: ${listeners.get(name)!.texts().length} of ${expected.get(name)!.length}`)
          .join(),
      () => readers.every((name) => listeners.get(name)!.texts().length >= expected.get(name)!.length),
    )

  after(() => {
    for (const listener of listeners.values()) listener.close()
  })

  test('brings what each sends to all others, with the member that sent it', async () => {
    for (const name of names) listeners.set(name, new Listener(name))
    for (let round = 0; round < 5; round++) await Promise.all(names.map((name) => sendFrom(name, names)))
    await allHave(names)
    const { from } = listeners.get('ann')!.got.find(({ text }) => text.startsWith('bob'))!
    assert.deepEqual(from, { agent: fleet.id('bob'), member: 'bob', roles: ['operator'] })
  })

  test('sends once what a program sends again under its key', async () => {
    const headers = { 'idempotency-key': 'k-1' }
    const [first, again] = [await send('ann', 'once', headers), await send('ann', 'once', headers)]
    assert.deepEqual(await first.json(), await again.json())
    for (const name of names) if (name !== 'ann') expected.get(name)!.push('once')
    assert.equal((await send('ann', 'other', headers)).status, 422)
    await allHave(names)
  })

  test('loses nothing while a side-car is killed, away, and back', async () => {
    const side = sides.get('cat')!
    await sendFrom('cat', names)
    side.child.kill('SIGKILL') // what it has answered with 202 is on its disk, and nowhere else yet
    for (let round = 0; round < 10; round++)
      for (const name of ['ann', 'bob', 'dan'] as const) await sendFrom(name, names)
    await eventually('the others have what the others sent', () =>
      (['ann', 'bob', 'dan'] as const).every(
        (name) => listeners.get(name)!.texts().length >= expected.get(name)!.length - 1,
      ),
    )
    await side.exit
    await run('cat')
    await sendFrom('cat', names)
    await allHave(names)
  })

  test('keeps from a member in quarantine what comes after, and the others go on', async () => {
    const quarantine = { since: Date.now() - (Date.now() % 1000), reason: 'key on a stolen laptop' }
    const without = members.map((member) => (member.name === 'dan' ? { ...member, quarantine } : member))
    assert.ok((await fleet.publish(fleet.sign(without, policies))).ok)
    await eventually('dan may not send any more', async () => {
      const response = await send('dan', 'too late')
      const { detail = '' } = (await response.json()) as { readonly detail?: string }
      return response.status === 403 && detail.includes('key on a stolen laptop')
    })
    const rest = ['ann', 'bob', 'cat'] as const
    const since = performance.now()
    for (let round = 0; round < 5; round++) for (const name of rest) await sendFrom(name, rest)
    await allHave(rest)
    process.stdout.write(`the others had all after ${Math.round(performance.now() - since)} ms\n`)
    for (const [name, listener] of listeners) {
      const texts = listener.texts().filter((text) => text !== 'too late')
      assert.equal(new Set(texts).size, texts.length, `twice at ${name}`)
      assert.deepEqual([...texts].sort(), [...expected.get(name)!].sort(), name)
      assert.deepEqual(
        listener.others.filter((other) => other.startsWith('gap')),
        [],
      )
    }
  })

  test('refuses with the policy or the role that is missing', async () => {
    const nobody = await fetch(`${groupsAt('ann')}nobodys`)
    assert.equal(nobody.status, 404)
    assert.match(await nobody.text(), /no member has the role \\"nobodys\\"/)
    const reading = await fetch(`${groupsAt('ann')}reader`)
    assert.equal(reading.status, 403)
    assert.match(await reading.text(), /only members with the role reader get what is sent to it/)
    const state = (await (
      await fetch(`${groupsAt('ann')}operator`, { headers: { accept: 'application/json' } })
    ).json()) as {
      readonly members: readonly { readonly name: string; readonly has: number | null }[]
    }
    assert.deepEqual(state.members.map(({ name }) => name).sort(), ['ann', 'bob', 'cat', 'eve'])
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { maxSkills } from '@vagus/identity'
import { eventually } from '../../../../scripts/eventually.ts'
import { Notes } from '../../src/notes.ts'
import { CardSkills, skillsIn } from '../../src/served/card-skills.ts'
import { endServer, listening } from '../sidecars.ts'

const cardOf = (...ids: readonly unknown[]): object => ({ name: 'writer', skills: ids.map((id) => ({ id })) })

/** A server whose card changes, and the answers that it gave. */
async function cardServer(t: TestContext) {
  const served = { card: cardOf() as unknown, answers: 0 }
  const { url, server } = await listening((_, response) => {
    served.answers++
    response.end(JSON.stringify(served.card))
  })
  t.after(() => endServer(server))
  return { url, served }
}

function notesFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-card-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'sidecar.sqlite')
}

/** What the document names once the server's next answer, if one is due, has been read, as `Presence` would sign it. */
async function settled(
  skills: CardSkills,
  before: readonly string[],
  now: number,
  { served, isDue = true }: { readonly served: { readonly answers: number }; readonly isDue?: boolean },
): Promise<readonly string[]> {
  const { answers } = served
  skills.after(before, now)
  if (isDue) await eventually('the next answer', () => served.answers > answers, { every: 5 })
  await sleep(200) // its last octets are on the way
  return skills.after(before, now)
}

test('skills of the card come and go with it, over a restart too, and those of the owner stay', async (t) => {
  const { url, served } = await cardServer(t)
  const path = notesFile(t)
  const run = async (before: readonly string[], card: unknown): Promise<readonly string[]> => {
    served.card = card
    const notes = new Notes(path)
    const named = await settled(new CardSkills(url, notes, t.signal), before, 0, { served })
    notes.close()
    return named
  }
  let named = await run(['report.write', 'count'], cardOf('Sum it up', 'count'))
  assert.deepEqual(named, ['report.write', 'count', 'sum-it-up'])
  named = await run(named, cardOf('draft'))
  assert.deepEqual(named, ['report.write', 'count', 'draft'])
  named = await run(named, { error: 'no card' })
  assert.deepEqual(named, ['report.write', 'count', 'draft'], 'what is no card changes nothing')
  assert.deepEqual(await run(named, cardOf()), ['report.write', 'count'])
})

test('a crash before the document was signed makes no skill of the card one of the owner', async (t) => {
  const { url, served } = await cardServer(t)
  const notes = new Notes(notesFile(t))
  t.after(() => notes.close())
  served.card = cardOf('draft')
  assert.deepEqual(await settled(new CardSkills(url, notes, t.signal), [], 0, { served }), ['draft'])
  served.card = cardOf('sum')
  assert.deepEqual(await settled(new CardSkills(url, notes, t.signal), ['draft'], 0, { served }), ['sum'])
  // That document was not signed: the next side-car begins with the one before.
  assert.deepEqual(await settled(new CardSkills(url, notes, t.signal), ['draft'], 0, { served }), ['sum'])
})

test('a card is read again a minute later, and not before', async (t) => {
  const { url, served } = await cardServer(t)
  const notes = new Notes(':memory:')
  t.after(() => notes.close())
  const skills = new CardSkills(url, notes, t.signal)
  served.card = cardOf('one')
  assert.deepEqual(await settled(skills, [], 0, { served }), ['one'])
  served.card = cardOf('two')
  assert.deepEqual(await settled(skills, ['one'], 59_999, { served, isDue: false }), ['one'])
  assert.equal(served.answers, 1)
  assert.deepEqual(await settled(skills, ['one'], 60_000, { served }), ['two'])
})

test('ids become skills as documents write them, once each and no more than a document takes', () => {
  const ids = ['Report Writer.draft_2', 'report-writer.draft-2', '..Ärger!', '...', 7, null, {}, 'x'.repeat(129)]
  assert.deepEqual(skillsIn(cardOf(...ids)), ['report-writer.draft-2', 'rger'])
  assert.deepEqual(skillsIn({ skills: [null, 'word'] }), [])
  assert.equal(skillsIn(cardOf(...Array.from({ length: 100 }, (_, at) => `s${at}`)))!.length, maxSkills)
  for (const other of [undefined, null, 'card', [], {}, { skills: 'x' }]) assert.equal(skillsIn(other), undefined)
})

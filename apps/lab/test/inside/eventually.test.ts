import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../src/inside/eventually.ts'

test('what does not come about is refused with how long it was waited for and the last word of who should do it', async () => {
  const never = (): Promise<boolean> => Promise.resolve(false)
  const lastWord = (): string => 'building the console …'
  const message = 'the controller is not ready after 0 s: building the console …'
  await assert.rejects(eventually('the controller is not ready', never, { within: 0, lastWord }), { message })
  await assert.rejects(eventually('it is dark', never, { within: 0 }), { message: 'it is dark after 0 s' })
})

/** The HTTP application over as much of a backend as a test has. */
import assert from 'node:assert/strict'
import { type AppOptions, createApp } from '../../src/http/app.ts'
import type { Backend } from '../../src/http/backend.ts'

/** On the loopback, at the beginning of 1970, where no error is expected; `more` says what differs. */
export const appOver = (backend: object, more: Partial<AppOptions> = {}): ReturnType<typeof createApp> =>
  createApp(backend as Backend, {
    version: '0',
    hosts: 'loopback',
    console: undefined,
    signal: new AbortController().signal,
    now: () => 0,
    onError: (error) => assert.fail(error),
    ...more,
  })

/** Requests that take longer than a connection may be idle. @module */
import type { Context } from 'hono'
import { socketOf } from './socket-of.ts'

/** For work with its own deadline: until it is done, the connection may be idle. */
export async function patiently<Answer>(c: Context, work: () => Promise<Answer>): Promise<Answer> {
  const socket = socketOf(c)
  const usual = socket?.timeout
  socket?.setTimeout(0)
  try {
    return await work()
  } finally {
    socket?.setTimeout(usual ?? 0)
  }
}

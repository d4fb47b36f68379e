/** The connection that a request came over. @module */
import type { Socket } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** Undefined where nobody listens, as in tests of the application alone. */
export const socketOf = (c: Context): Socket | undefined => ((c.env ?? {}) as Partial<HttpBindings>).incoming?.socket

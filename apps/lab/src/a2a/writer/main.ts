/**
 * The writer: a stock A2A server, `node main.ts PORT [HTTPS_ADDRESS:PORT CERTIFICATE KEY]`. It listens on loopback for its
 * side-car, and, where that is said, with TLS on its address for clients that come without one. There a line of standard
 * input says after how many more parts all tasks end, and one of standard output how many parts each has then.
 * @module
 */
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createInterface } from 'node:readline'
import { AgentCard } from '@a2a-js/sdk'
import { DefaultRequestHandler } from '@a2a-js/sdk/server'
import { agentCardHandler, jsonRpcHandler, UserBuilder } from '@a2a-js/sdk/server/express'
import express from 'express'
import { CountingExecutor } from './task.ts'
import { WriterTasks } from './tasks.ts'

// A reader that lost its way keeps its subscription until TCP gives it up, some minutes later: no leak to warn of.
EventEmitter.defaultMaxListeners = 0

const executor = new CountingExecutor()

function appAt(url: string): express.Express {
  const card = AgentCard.fromJSON({
    name: 'writer',
    description: 'counts',
    version: '1',
    supportedInterfaces: [{ url: `${url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 'count', name: 'count', description: 'counts', tags: ['numbers'] }],
  })
  const requestHandler = new DefaultRequestHandler(card, new WriterTasks(), executor)
  const app = express()
  app.use('/.well-known/agent-card.json', agentCardHandler({ agentCardProvider: requestHandler }))
  app.use('/a2a', jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication }))
  return app
}

const [port, outside, certificate, key] = process.argv.slice(2)
const servers = [appAt(`http://127.0.0.1:${port}`).listen(Number(port), '127.0.0.1')]
if (outside !== undefined) {
  const at = outside.lastIndexOf(':')
  const files = { cert: readFileSync(certificate!), key: readFileSync(key!) }
  const secured = createServer(files, appAt(`https://${outside}`))
  servers.push(secured.listen(Number(outside.slice(at + 1)), outside.slice(0, at)))
}
await Promise.all(servers.map((server) => once(server, 'listening')))
process.stdout.write('ready\n')
if (outside !== undefined)
  createInterface(process.stdin).on('line', (more) => process.stdout.write(`${executor.endAfter(Number(more))}\n`))

// A small A2A agent without dependencies, in the place of yours: it answers what it is asked, and asks PEER every second.
// Of Vagus it knows one address: http://127.0.0.1:40000/agents/NAME leads to the agent of that name, wherever it is.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const { NAME = 'agent', PEER, PORT = '9000', VAGUS_AGENTS_URL: agents } = process.env
const began = Date.now()

const card = {
  name: NAME,
  description: 'repeats what it hears',
  version: '1',
  supportedInterfaces: [{ url: `http://127.0.0.1:${PORT}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: {},
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 'repeat', name: 'Repeat', description: 'repeats what it hears', tags: [] }],
}

const textOf = ({ parts }) => parts.map(({ text }) => text).join('')

async function answer(request, response) {
  response.setHeader('content-type', 'application/json')
  if (request.method === 'GET') {
    response.end(JSON.stringify(card))
    return
  }
  const { id, params } = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString())
  const heard = textOf(params.message)
  console.log(`${NAME} heard: ${heard}`)
  const message = { messageId: `${NAME}-${heard}`, role: 'ROLE_AGENT', parts: [{ text: `${NAME} heard ${heard}` }] }
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { message } }))
}

createServer((request, response) => void answer(request, response)).listen(Number(PORT), '127.0.0.1')

// The same message again, with the same id, is executed once: Vagus sees to that, over restarts of both sides.
async function ask(text) {
  const message = { messageId: `${NAME}-${began}-${text}`, role: 'ROLE_USER', parts: [{ text }] }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } })
  for (;;) {
    try {
      const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' }
      const response = await fetch(`${agents}${PEER}/a2a`, { method: 'POST', headers, body })
      const answer = await response.json()
      if (response.ok) return textOf(answer.result.message)
      if (answer.type === 'urn:vagus:problem:interrupted') return `${PEER} may have heard ${text}`
      console.log(`${NAME} asks again: ${answer.type}`)
    } catch (error) {
      console.log(`${NAME} asks again: ${error.cause?.code ?? error.message}`)
    }
    await sleep(500)
  }
}

// The first process of a container is told to end by nobody else.
process.on('SIGTERM', () => process.exit(0))

if (PEER !== undefined)
  for (let count = 1; ; count++) {
    console.log(`${NAME} was told: ${await ask(`${NAME} ${count}`)}`)
    await sleep(1000)
  }

/** The A2A binding over exchanges (docs/70-a2a-binding.md): a transport for clients, and a server. */
export { bindingUri, interfaceOf } from './binding.ts'
export { ExchangeTransport, exchangeTransportFactory } from './exchange-transport.ts'
export { resumingFetch, type ResumingOptions } from './resuming-fetch.ts'
export { serveA2A, type ServedA2A } from './serve-a2a.ts'

/** MCP over exchanges: a transport for clients and servers, for both eras of the protocol. */
export { connectMcp, ExchangeMcpTransport } from './exchange-mcp-transport.ts'
export { serveMcp } from './serve-mcp.ts'

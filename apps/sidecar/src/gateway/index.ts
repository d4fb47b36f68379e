/** What a program needs to start a gateway. */
export { type GatewayOptions } from './gateway.ts'
export { TokenFile } from './token-file.ts'

/** Service by role: what a call gets, how its packets are marked, and what a link keeps for each service. */
export { grantedService, lesserService, mostService, readsContent, type ServedCall } from './grant.ts'
export { PathMark, quietMs } from './path-mark.ts'
export { isServiceName, type Service, type ServiceName, serviceNames, services, usualService } from './service.ts'
export { linkShares, memberShare } from './shares.ts'

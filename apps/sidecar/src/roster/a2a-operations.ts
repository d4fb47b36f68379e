/** Operations of A2A by their names in 1.0 (§3.1), from the methods of JSON-RPC (§9) and the paths of HTTP+JSON (§11), also of 0.3. @module */

/** Names of 0.3 (§7), where they differ. */
const names: Readonly<Record<string, string>> = {
  'message/send': 'SendMessage',
  'message/stream': 'SendStreamingMessage',
  'tasks/get': 'GetTask',
  'tasks/list': 'ListTasks',
  'tasks/cancel': 'CancelTask',
  'tasks/resubscribe': 'SubscribeToTask',
  'tasks/pushNotificationConfig/set': 'CreateTaskPushNotificationConfig',
  'tasks/pushNotificationConfig/get': 'GetTaskPushNotificationConfig',
  'tasks/pushNotificationConfig/list': 'ListTaskPushNotificationConfigs',
  'tasks/pushNotificationConfig/delete': 'DeleteTaskPushNotificationConfig',
  'agent/getAuthenticatedExtendedCard': 'GetExtendedAgentCard',
}

/** The public card (RFC 8615), which is no operation of A2A, but how each use of it begins. */
const publicCard = 'GetAgentCard'

/** By the end of the path: before it may stand what an agent puts there, `/v1` and a tenant. Many servers ignore case. */
const paths: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['GET', /\/\.well-known\/agent(-card)?\.json$/i, publicCard],
  ['POST', /\/message:send$/i, 'SendMessage'],
  ['POST', /\/message:stream$/i, 'SendStreamingMessage'],
  ['GET', /\/tasks$/i, 'ListTasks'],
  ['POST', /\/tasks\/[^/]+:cancel$/i, 'CancelTask'],
  ['GET', /\/tasks\/[^/]+:subscribe$/i, 'SubscribeToTask'],
  ['POST', /\/tasks\/[^/]+:subscribe$/i, 'SubscribeToTask'],
  ['GET', /\/tasks\/[^/]+$/i, 'GetTask'],
  ['POST', /\/tasks\/[^/]+\/pushNotificationConfigs$/i, 'CreateTaskPushNotificationConfig'],
  ['GET', /\/tasks\/[^/]+\/pushNotificationConfigs$/i, 'ListTaskPushNotificationConfigs'],
  ['GET', /\/tasks\/[^/]+\/pushNotificationConfigs\/[^/]+$/i, 'GetTaskPushNotificationConfig'],
  ['DELETE', /\/tasks\/[^/]+\/pushNotificationConfigs\/[^/]+$/i, 'DeleteTaskPushNotificationConfig'],
  ['GET', /\/(extendedAgentCard|card)$/i, 'GetExtendedAgentCard'],
]

/** A method that is none of A2A keeps its name. */
export const a2aOperationNamed = (method: string): string => (Object.hasOwn(names, method) ? names[method]! : method)

/** @param target path and query; HEAD is as GET @returns `undefined` where the path is none of HTTP+JSON */
export function a2aOperationAt(method: string, target: string): string | undefined {
  const path = decoded(target.replace(/\?.*$/s, '')).replace(/(?<=.)\/$/, '')
  const asked = method === 'HEAD' ? 'GET' : method
  return paths.find(([of, form]) => of === asked && form.test(path))?.[2]
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

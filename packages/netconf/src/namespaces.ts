/** The namespaces of NETCONF and of the YANG library. @module */

/** RFC 6241 §3.1. */
export const baseNamespace = 'urn:ietf:params:xml:ns:netconf:base:1.0'
/** RFC 8525, and RFC 7895 before it. */
export const libraryNamespace = 'urn:ietf:params:xml:ns:yang:ietf-yang-library'

/**
 * Whether an element is NETCONF's own. Without a namespace, too: Junos leaves it away unless `rfc-compliant` is set, and
 * nothing else may stand there.
 */
export const isBase = (namespace: string): boolean => namespace === baseNamespace || namespace === ''

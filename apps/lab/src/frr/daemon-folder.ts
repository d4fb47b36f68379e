/** Where FRR's daemons are: apart from them, so that who only looks there does not load what configures them. */
export const daemonFolder = '/usr/lib/frr'

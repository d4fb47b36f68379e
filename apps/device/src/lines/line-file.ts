/** Where the leases of lines are, beside the control socket of the agent. @module */

export const lineFile = (control: string): string => `${control.replace(/\.sock$/, '')}-lines.json`

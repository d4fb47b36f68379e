/** Text of others goes to terminals: what moves a cursor there becomes spaces. @module */
export const readable = (text: string): string => text.replaceAll(/\p{C}/gu, ' ')

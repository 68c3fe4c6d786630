/** Whether a text is an origin exactly as browsers write it: scheme, host in lower case, port unless the usual one. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

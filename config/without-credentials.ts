/** A URL, or what was meant to be one, as it may be shown: user and password are left out. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1')
}

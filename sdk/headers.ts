/** Headers of every request, or a function that is asked for each one, as for a token that expires. */
export type Headers = Readonly<Record<string, string>> | (() => HeaderValues | Promise<HeaderValues>)

type HeaderValues = Readonly<Record<string, string>>

export async function readHeaders(headers: Headers): Promise<HeaderValues> {
  return typeof headers === 'function' ? headers() : headers
}
